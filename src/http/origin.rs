//! Scheme and host of a URL, and whether a link leads there.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::text::{
    contains, filled, find, number, rsplit_once, split, split_once, take_until, trim,
};

/// Scheme and host, with the port where it is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `https`; plain `http` only on loopback.
    pub https: bool,
    /// `org12345.crm.dynamics.com`, `127.0.0.1:8080`
    pub authority: String,
}

impl Origin {
    /// `https://org12345.crm.dynamics.com`
    pub fn url(&self) -> String {
        filled!("{}://{}", &[if self.https { "https" } else { "http" }, &self.authority])
    }

    /// Path and query of a link that leads here, whole or relative to the service root; `None` if it leads elsewhere.
    pub(crate) fn path_of(&self, link: &str, service_root: &str) -> Option<String> {
        if contains(link, b'\\') {
            return None;
        }
        let Some((_, rest)) = split_once(link, "://") else {
            return match link.strip_prefix('/') {
                // `//host/path` leads to another host.
                Some(rest) if rest.starts_with('/') => None,
                Some(_) => Some(link.to_owned()),
                None => Some(filled!("{}{}", &[service_root, link])),
            };
        };
        let (origin, _) = parse_url(link).ok()?;
        let path = find(rest, "/").and_then(|at| rest.get(at..))?;
        (origin == *self).then(|| path.to_owned())
    }
}

/// Scheme, host and port, and the path.
pub(crate) fn parse_url(text: &str) -> Result<(Origin, String), &'static str> {
    let text = trim(text);
    if text.is_empty() {
        return Err("is empty");
    }
    let (scheme, rest) = match split_once(text, "://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, text),
    };
    let end = rest
        .bytes()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\'))
        .unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let path = take_until(take_until(path, "?"), "#");
    if contains(authority, b'@') {
        return Err("holds a user name, which does not belong there");
    }
    let mut authority = authority.to_ascii_lowercase();
    let https = match scheme.as_deref() {
        Some("https") => true,
        Some("http") => false,
        Some(_) => return Err("has a scheme that is neither https nor http"),
        None => !is_loopback(&authority),
    };
    let default_port = if https { ":443" } else { ":80" };
    if let Some(host) = authority.strip_suffix(default_port) {
        authority = host.to_owned();
    }
    if !is_loopback(&authority) {
        // The dot at the end of a full domain name is no part of the name.
        if let Some(host) = authority.strip_suffix('.') {
            authority = host.to_owned();
        }
    }
    Ok((Origin { https, authority }, path.to_owned()))
}

/// Whether a host, perhaps with a port, is this machine: `localhost`, `127.x.x.x` or `[::1]`.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let (host, port) = match rsplit_once(authority, b':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    // `number` alone takes a sign, and zeros in front, which others take for octal.
    let plain = |text: &str| !matches!(text.as_bytes(), [b'+' | b'-' | b'0', ..]) || text == "0";
    let up_to = |text: &str, most| plain(text) && number(text).is_some_and(|found| found <= most);
    if port.is_some_and(|port| !up_to(port, 65_535)) {
        return false;
    }
    let is_ipv4_loopback = || {
        let mut count = 0;
        split(host, ".").all(|part| {
            count += 1;
            up_to(part, 255) && (count > 1 || part == "127")
        }) && count == 4
    };
    host == "localhost" || host == "[::1]" || is_ipv4_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_nothing_for_loopback_but_its_addresses() {
        for host in ["localhost", "localhost:8080", "127.0.0.1", "127.1.2.3:1", "[::1]", "[::1]:80"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "127.0.+0.1",
            "127.0.0",
            "127.0.0.1.example.com",
            "127.0.0.1:+80",
            "localhost:",
            "[::2]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn follows_links_to_the_same_origin_only() {
        let origin = parse_url("https://org.crm.dynamics.com").unwrap().0;
        let path_of = |link: &str| origin.path_of(link, "/api/data/v9.2/");
        let path = Some("/api/data/v9.2/accounts?$skiptoken=%3Ccookie".to_owned());
        for link in [
            "https://org.crm.dynamics.com/api/data/v9.2/accounts?$skiptoken=%3Ccookie",
            "https://ORG.crm.dynamics.com:443/api/data/v9.2/accounts?$skiptoken=%3Ccookie",
            "/api/data/v9.2/accounts?$skiptoken=%3Ccookie",
            "accounts?$skiptoken=%3Ccookie",
        ] {
            assert_eq!(path_of(link), path, "{link}");
        }
        for link in [
            "http://org.crm.dynamics.com/api/data/v9.2/accounts",
            "https://org.crm.dynamics.com.example.com/api/data/v9.2/accounts",
            "https://org.crm.dynamics.com@example.com/api/data/v9.2/accounts",
            "https://org.crm.dynamics.com:8443/api/data/v9.2/accounts",
            "//example.com/api/data/v9.2/accounts",
            "https:\\\\example.com/api/data/v9.2/accounts",
        ] {
            assert_eq!(path_of(link), None, "{link}");
        }
    }
}
