//! A company's proxy: it answers `CONNECT` and intercepts TLS with certificates of its own
//! authority. Behind it is an organization, under any host name.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The names that its certificate is for.
const NAMES: [&str; 4] = [
    "org12345.crm.dynamics.com",
    "org54321.crm.dynamics.com",
    "login.microsoftonline.com",
    "localhost",
];

pub(crate) struct Proxy {
    address: SocketAddr,
    directory: TempDir,
    asked: Arc<Mutex<Vec<String>>>,
    refusals: Arc<Mutex<Vec<Refusal>>>,
    // Its tasks end with the runtime.
    _runtime: Runtime,
}

/// A refusal instead of a connection.
struct Refusal {
    /// For hosts whose name contains this.
    host: &'static str,
    status: u16,
    /// The number of times.
    times: usize,
}

/// Whether the client uses TLS with the proxy itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Proxy {
    /// A proxy that connects to the organization at this URL.
    pub(crate) fn start(to: &str) -> Proxy {
        Proxy::speaking(Scheme::Http, to)
    }

    /// The same, with TLS between client and proxy.
    pub(crate) fn start_with_tls(to: &str) -> Proxy {
        Proxy::speaking(Scheme::Https, to)
    }

    fn speaking(scheme: Scheme, to: &str) -> Proxy {
        let directory = tempfile::tempdir().unwrap();
        let acceptor = authority(directory.path().join("ca.pem"));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, refusals) =
            (Arc::<Mutex<Vec<_>>>::default(), Arc::<Mutex<Vec<Refusal>>>::default());
        let to = to.trim_start_matches("http://").to_owned();
        let (heads, told) = (Arc::clone(&asked), Arc::clone(&refusals));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, to) = (acceptor.clone(), to.clone());
                let (heads, told) = (Arc::clone(&heads), Arc::clone(&told));
                // A client that disconnects early is not an error.
                tokio::spawn(async move {
                    match scheme {
                        Scheme::Http => serve(stream, acceptor, (&heads, &told), to).await,
                        Scheme::Https => {
                            let stream = acceptor.accept(stream).await?;
                            serve(stream, acceptor, (&heads, &told), to).await
                        }
                    }
                });
            }
        });
        Proxy { address, directory, asked, refusals, _runtime: runtime }
    }

    /// From now on it refuses hosts whose name contains this.
    pub(crate) fn refuses(self, host: &'static str, status: u16) -> Self {
        self.refuses_at_first(host, status, usize::MAX)
    }

    /// The same for this many requests.
    pub(crate) fn refuses_at_first(self, host: &'static str, status: u16, times: usize) -> Self {
        self.refusals.lock().unwrap().push(Refusal { host, status, times });
        self
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

    /// The requested targets, each once.
    pub(crate) fn targets(&self) -> Vec<String> {
        let asked = self.asked();
        let targets = asked.iter().filter_map(|head| head.split(' ').nth(1));
        let mut targets: Vec<_> = targets.map(str::to_owned).collect();
        targets.sort();
        targets.dedup();
        targets
    }
}

async fn serve<S>(
    mut stream: S,
    acceptor: TlsAcceptor,
    (heads, refusals): (&Mutex<Vec<String>>, &Mutex<Vec<Refusal>>),
    to: String,
) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let refusal = refusal(&head, refusals);
    heads.lock().unwrap().push(head);
    if let Some(status) = refusal {
        let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno");
        stream.write_all(answer.as_bytes()).await?;
        return stream.shutdown().await;
    }
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let mut client = acceptor.accept(stream).await?;
    let mut organization = TcpStream::connect(to).await?;
    tokio::io::copy_bidirectional(&mut client, &mut organization).await?;
    Ok(())
}

/// The status with which it refuses this request.
fn refusal(head: &str, refusals: &Mutex<Vec<Refusal>>) -> Option<u16> {
    let target = head.split(' ').nth(1)?;
    let mut refusals = refusals.lock().unwrap();
    let told = refusals.iter_mut().find(|told| target.contains(told.host) && told.times > 0)?;
    told.times -= 1;
    Some(told.status)
}

/// An authority, whose certificate is written to this file, and a server with a certificate from
/// it.
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
