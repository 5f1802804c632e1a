//! Where a request goes: scheme, host and port; and which origins are Microsoft's sign-in services.

use http::Uri;
use http::uri::Scheme;

/// A scheme and an authority with its port.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads a host, `host:port`, or a URL, of which only the origin counts.
    pub(crate) fn parse(text: &str) -> Option<Origin> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        Origin::of(&whole.parse().ok()?)
    }

    pub(crate) fn of(uri: &Uri) -> Option<Origin> {
        let https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        // `user@host` is for confusing readers.
        if authority.as_str().contains('@') {
            return None;
        }
        let port = authority.port_u16().unwrap_or(if https { 443 } else { 80 });
        Some(Origin { https, host: authority.host().to_ascii_lowercase(), port })
    }

    /// Where the users of an organization at this origin sign in, the usual service first. None outside Microsoft's clouds.
    pub(crate) fn sign_in(&self) -> Vec<Origin> {
        let cloud = CLOUDS.iter().find(|(suffix, _)| self.host.ends_with(suffix));
        cloud
            .map_or(&[][..], |(_, hosts)| hosts)
            .iter()
            .filter_map(|host| Origin::parse(host))
            .collect()
    }

    /// Whether this is one of Microsoft's sign-in services.
    pub(crate) fn is_sign_in(&self) -> bool {
        let known = CLOUDS.iter().any(|(_, hosts)| hosts.contains(&self.host.as_str()));
        self.https && self.port == 443 && known
    }

    /// Scheme and authority: `https://org.crm.dynamics.com`.
    pub(crate) fn url(&self) -> String {
        let (scheme, usual) = if self.https { ("https", 443) } else { ("http", 80) };
        match self.port {
            port if port == usual => format!("{scheme}://{}", self.host),
            port => format!("{scheme}://{}:{port}", self.host),
        }
    }

    /// Whether this is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let address = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// The sign-in service of the cloud that a host is in
/// ([national clouds](https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud)).
const CLOUDS: [(&str, &[&str]); 5] = [
    (".dynamics.com", &["login.microsoftonline.com"]),
    (".microsoftdynamics.us", &["login.microsoftonline.us"]),
    (".appsplatform.us", &["login.microsoftonline.us"]),
    (".dynamics.cn", &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"]),
    (".dynamics.microsoft.scloud", &["login.microsoftonline.microsoft.scloud"]),
];
