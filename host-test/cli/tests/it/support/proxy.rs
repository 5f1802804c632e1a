//! A company's proxy: it answers `CONNECT`, and looks into TLS with certificates of its own authority. Behind it is an
//! organization, whatever name it is asked for.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The names that its certificate is for.
const NAMES: [&str; 2] = ["org12345.crm.dynamics.com", "login.microsoftonline.com"];

pub(crate) struct Proxy {
    address: SocketAddr,
    directory: TempDir,
    asked: Arc<Mutex<Vec<String>>>,
    // Its tasks end with it.
    _runtime: Runtime,
}

impl Proxy {
    /// One that connects to the organization at this URL, or answers every `CONNECT` with a status.
    pub(crate) fn start(to: Result<&str, u16>) -> Proxy {
        let directory = tempfile::tempdir().unwrap();
        let acceptor = authority(directory.path().join("ca.pem"));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let to = to.map(|url| url.trim_start_matches("http://").to_owned());
        let heads = Arc::clone(&asked);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, heads, to) = (acceptor.clone(), Arc::clone(&heads), to.clone());
                // A client that goes away in the middle is no matter.
                tokio::spawn(async move { drop(serve(stream, acceptor, &heads, to).await) });
            }
        });
        Proxy { address, directory, asked, _runtime: runtime }
    }

    /// Its URL, with this before the `@`.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("http://{user}{}", self.address)
    }

    /// The certificate of its authority.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// The head of each request that it got.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Whom it was asked to connect to, each once.
    pub(crate) fn targets(&self) -> Vec<String> {
        let asked = self.asked();
        let targets = asked.iter().filter_map(|head| head.split(' ').nth(1));
        let mut targets: Vec<_> = targets.map(str::to_owned).collect();
        targets.sort();
        targets.dedup();
        targets
    }
}

async fn serve(
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
    heads: &Mutex<Vec<String>>,
    to: Result<String, u16>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
    let to = match to {
        Ok(to) => to,
        Err(status) => {
            let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno");
            return stream.write_all(answer.as_bytes()).await;
        }
    };
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let mut client = acceptor.accept(stream).await?;
    let mut organization = TcpStream::connect(to).await?;
    tokio::io::copy_bidirectional(&mut client, &mut organization).await?;
    Ok(())
}

/// An authority, whose certificate is written there, and a server that has one by it.
fn authority(path: PathBuf) -> TlsAcceptor {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(path, authority.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(NAMES.map(str::to_owned)).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
