//! Network settings: a proxy, and certificates trusted in addition to the platform's.

use std::sync::{Arc, LazyLock, OnceLock};

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::origin::Origin;

/// The settings of outgoing connections. By default they are direct and use the platform's
/// certificates. The environment is not read: that is up to the program.
///
/// ```
/// use host_test::{Backend, Network, Pooled, Settings};
///
/// let network = Network::default().through("http://proxy.example.com:3128", ".example.com").unwrap();
/// let settings = Settings { backend: Backend::Pooled(Pooled::over(&network)), ..Settings::default() };
/// ```
#[derive(Debug, Clone)]
pub struct Network {
    proxies: Option<Arc<Matcher>>,
    certificates: Vec<CertificateDer<'static>>,
    verifier: Shared,
}

/// The verifier of all trusted certificates, made once, because reading the platform's takes
/// milliseconds; `None` in it if there are none.
type Shared = Arc<OnceLock<Option<Arc<Verifier>>>>;

impl Default for Network {
    fn default() -> Self {
        static PLATFORM: LazyLock<Shared> = LazyLock::new(Shared::default);
        let (proxies, certificates) = (None, Vec::new());
        Network { proxies, certificates, verifier: Arc::clone(&PLATFORM) }
    }
}

/// The proxy of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    /// Its URL, without a user or password.
    pub(crate) uri: Uri,
    /// The credentials for it.
    pub(crate) authorization: Option<HeaderValue>,
}

impl Network {
    /// Uses this proxy, through a tunnel (`CONNECT`), except for the hosts in `except`, in the form
    /// of curl's `NO_PROXY`: comma-separated domain names (including subdomains), addresses and
    /// networks, or `*`. Loopback never uses a proxy: another machine would answer there and get
    /// the token.
    ///
    /// # Errors
    ///
    /// Fails with one clause if it is not the URL of an HTTP proxy. The clause omits the URL, which
    /// may contain a password.
    pub fn through(mut self, proxy: &str, except: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected such as http://proxy.example.com:3128";
        let proxy = proxy.trim();
        if let Some((scheme, _)) = proxy.split_once("://")
            && !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str())
        {
            return Err(format!("names a proxy of another kind than http or https ({EXPECTED})"));
        }
        let matcher = Matcher::builder().https(proxy).no(except).build();
        // A malformed value would otherwise mean no proxy.
        let is_read = Matcher::builder().https(proxy).build();
        let found = is_read.intercept(&Uri::from_static("https://org.crm.dynamics.com/"));
        if !found.is_some_and(|found| names_a_host(found.uri())) {
            return Err(format!("is not the URL of a proxy ({EXPECTED})"));
        }
        self.proxies = Some(Arc::new(matcher));
        Ok(self)
    }

    /// Also trusts the certificates in this PEM file, such as those of a company's own authority.
    ///
    /// # Errors
    ///
    /// Fails with one clause if the file has no certificate or a damaged one; nothing of it is then
    /// trusted.
    pub fn trust(&mut self, pem: &[u8]) -> Result<(), String> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let read =
            read.map_err(|error| format!("is not a file of certificates in PEM: {error}"))?;
        if read.is_empty() {
            return Err("has no certificate in PEM".to_owned());
        }
        self.certificates.extend(read);
        self.verifier = Shared::default();
        Ok(())
    }

    /// Reads the certificates trusted by this machine, in a thread, so that the first encrypted
    /// connection does not wait for them. For programs that start for one call.
    pub fn prepare(&self) {
        let network = self.clone();
        std::thread::spawn(move || drop(network.tls()));
    }

    /// TLS with the certificates trusted by this machine and these. Without any, every TLS
    /// connection fails, but plain ones to the simulator still work.
    pub(crate) fn tls(&self) -> ClientConfig {
        // Only if the process has not chosen one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = ClientConfig::builder();
        let verifier = self.verifier.get_or_init(|| {
            let provider = Arc::clone(builder.crypto_provider());
            let more = self.certificates.clone();
            Verifier::new_with_extra_roots(more, provider).ok().map(Arc::new)
        });
        match verifier {
            Some(verifier) => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::clone(verifier) as _)
                .with_no_client_auth(),
            None => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(self.certificates.clone());
                builder.with_root_certificates(roots).with_no_client_auth()
            }
        }
    }

    /// The proxy for connections to this URL.
    pub(crate) fn proxy(&self, to: &Uri) -> Option<Proxy> {
        if Origin::of(to).is_none_or(|origin| origin.is_loopback()) {
            return None;
        }
        let found = self.proxies.as_ref()?.intercept(to)?;
        let authorization = found.basic_auth().cloned();
        Some(Proxy { uri: found.uri().clone(), authorization })
    }
}

/// Whether it has a host and a valid port or none.
fn names_a_host(uri: &Uri) -> bool {
    let Some(authority) = uri.authority() else { return false };
    let port = authority.as_str().strip_prefix(authority.host());
    !authority.host().is_empty()
        && port.is_some_and(|port| port.is_empty() || authority.port_u16().is_some())
}

impl Proxy {
    /// Its URL in the usual form.
    pub(crate) fn name(&self) -> String {
        self.uri.to_string().trim_end_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(proxy: &str, except: &str, to: &str) -> Option<String> {
        let network = Network::default().through(proxy, except).unwrap();
        network.proxy(&to.parse().unwrap()).map(|proxy| proxy.name())
    }

    const PROXY: &str = "http://user:Pa55@proxy.example.com:3128";
    const ORG: &str = "https://org12345.crm.dynamics.com/api";

    #[test]
    fn uses_the_proxy_except_for_excluded_hosts() {
        for (except, goes) in [
            ("", true),
            ("example.com, 10.0.0.0/8", true),
            ("dynamics.com", false),
            (".DYNAMICS.com", false),
            ("other.example,org12345.crm.dynamics.com", false),
            ("45.crm.dynamics.com", true),
            ("*", false),
        ] {
            let named = goes.then(|| "http://proxy.example.com:3128".to_owned());
            assert_eq!(proxy(PROXY, except, ORG), named, "{except}");
        }
        assert_eq!(proxy("proxy:3128", "", ORG).as_deref(), Some("http://proxy:3128"));
    }

    #[test]
    fn loopback_never_uses_a_proxy() {
        for url in ["http://127.0.0.1:8080/", "https://localhost/", "https://[::1]:8443/"] {
            assert_eq!(proxy(PROXY, "", url), None, "{url}");
        }
    }

    #[test]
    fn refuses_a_malformed_proxy_without_quoting_it() {
        for url in [
            "socks5://user:Pa55@proxy:1080",
            "http://",
            "http://user:Pa55@:3128",
            "http://user:Pa55@proxy:port",
            "user:Pa55@proxy:99999",
            "a b",
            "",
        ] {
            let refused = Network::default().through(url, "").unwrap_err();
            assert!(refused.contains("(expected such as http://proxy"), "{refused}");
            assert!(!refused.contains("Pa55"), "{refused}");
        }
    }

    #[test]
    fn refuses_a_file_without_certificates() {
        for pem in ["", "nothing", "-----BEGIN CERTIFICATE-----\nMIIB\n"] {
            Network::default().trust(pem.as_bytes()).unwrap_err();
        }
    }
}
