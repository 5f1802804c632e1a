//! The origin of a request: scheme, host and port; and the origins that are Microsoft's.

use std::net::Ipv4Addr;

use http::Uri;
use http::uri::Scheme;

/// A scheme and an authority with its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads a host, `host:port`, or a URL, of which only the origin matters; returns it with the
    /// path.
    ///
    /// # Errors
    ///
    /// The error continues a sentence that starts with the setting's name.
    pub(crate) fn parse(text: &str) -> Result<(Origin, &str), &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty");
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        // Browsers treat a backslash as a slash.
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        // `user@host` can mislead readers.
        if authority.contains('@') {
            return Err("contains a user name");
        }
        let authority = authority.to_ascii_lowercase();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, Some(number(port).ok_or("has a port that is not a number")?))
            }
            _ => (authority.as_str(), None),
        };
        let https = match scheme.as_deref() {
            Some("https") => true,
            Some("http") => false,
            Some(_) => return Err("has a scheme other than https and http"),
            // Servers on this machine rarely have a certificate.
            None => !is_loopback(host),
        };
        let port = port.unwrap_or(usual_port(https));
        // The trailing dot of a full domain name is not part of the name.
        let full = host.strip_suffix('.').filter(|_| port == usual_port(https));
        let host = full.unwrap_or(host).to_owned();
        Ok((Origin { https, host, port }, path))
    }

    /// The origin of a request.
    pub(crate) fn of(uri: &Uri) -> Option<Origin> {
        let https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let port = authority.port_u16().unwrap_or(usual_port(https));
        Some(Origin { https, host: authority.host().to_ascii_lowercase(), port })
    }

    /// The sign-in service of an organization at this origin; `None` outside Microsoft's clouds. A
    /// host name is `<organization>[.api].<suffix>`.
    pub(crate) fn sign_in(&self) -> Option<Origin> {
        let (organization, rest) = self.host.split_once('.')?;
        let rest = rest.strip_prefix("api.").unwrap_or(rest);
        let is_label = (1..=63).contains(&organization.len())
            && organization.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let (_, service) = CLOUDS.iter().find(|(suffix, _)| is_in(rest, suffix))?;
        is_label.then(|| Origin { https: true, host: (*service).to_owned(), port: 443 })
    }

    /// Whether this is one of Microsoft's sign-in services, by its name.
    pub(crate) fn is_sign_in(&self) -> bool {
        CLOUDS.iter().any(|(_, service)| *service == self.host)
            || OTHER_SERVICES.contains(&self.host.as_str())
    }

    /// Whether the port is the scheme's default.
    pub(crate) fn has_usual_port(&self) -> bool {
        self.port == usual_port(self.https)
    }

    /// Scheme and authority: `https://org.crm.dynamics.com`.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        if self.has_usual_port() {
            format!("{scheme}://{}", self.host)
        } else {
            format!("{scheme}://{}:{}", self.host, self.port)
        }
    }

    /// Whether this is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

fn usual_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

/// A port, without a sign and without leading zeros, which some parsers read as octal.
fn number(text: &str) -> Option<u16> {
    let plain = text == "0" || text.starts_with(|first: char| ('1'..='9').contains(&first));
    text.parse().ok().filter(|_| plain)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Whether this is the suffix, where `*` is a region number of one or two digits, or empty.
fn is_in(host: &str, suffix: &str) -> bool {
    match suffix.split_once('*') {
        None => host == suffix,
        Some((before, after)) => host
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|n| n.len() <= 2 && n.bytes().all(|byte| byte.is_ascii_digit())),
    }
}

/// The suffixes of organizations' host names, and the sign-in service of each cloud
/// ([regions](https://learn.microsoft.com/power-platform/admin/new-datacenter-regions), [national
/// clouds](https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud)).
const CLOUDS: [(&str, &str); 5] = [
    ("crm*.dynamics.com", "login.microsoftonline.com"),
    ("crm.microsoftdynamics.us", "login.microsoftonline.us"),
    ("crm.appsplatform.us", "login.microsoftonline.us"),
    ("crm.dynamics.cn", "login.partner.microsoftonline.cn"),
    ("crm.dynamics.microsoft.scloud", "login.microsoftonline.microsoft.scloud"),
];

/// Sign-in services that are not a cloud's default and must be named.
const OTHER_SERVICES: [&str; 2] = ["login.chinacloudapi.cn", "login.microsoftonline.eaglex.ic.gov"];
