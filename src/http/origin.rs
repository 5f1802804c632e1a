//! The origin of a URL, and the target of a link.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::text::{
    contains, filled, find, number, rsplit_once, split, split_once, take_until, trim,
};

/// Scheme and host, with the port if it is not the scheme's default.
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
}

/// The target of a link: its origin, if it has one, and its path and query, relative to the service
/// root for a relative link.
///
/// # Errors
///
/// The error, to follow "that".
pub(crate) fn follow(
    link: &str,
    service_root: &str,
) -> Result<(Option<Origin>, String), &'static str> {
    let link = trim(link);
    if contains(link, b'\\') {
        return Err("holds a backslash");
    }
    // A path may also contain a colon; a scheme before it has only letters, digits and a few other
    // characters.
    let scheme = split_once(link, ":").map(|(scheme, _)| scheme).filter(|scheme| {
        scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    });
    match (scheme, link.as_bytes()) {
        (_, [] | [b'?' | b'#', ..]) => Err("is empty"),
        (None, [b'/', b'/', ..]) => Err("leads to another host"),
        (None, [b'/', ..]) => Ok((None, link.to_owned())),
        (None, _) => Ok((None, filled!("{}{}", &[service_root, link]))),
        (Some(_), _) => {
            let (_, rest) = split_once(link, "://").ok_or(OTHER_SCHEME)?;
            let (origin, _) = parse_url(link)?;
            let path = find(rest, "/").and_then(|at| rest.get(at..)).ok_or("has no path")?;
            Ok((Some(origin), path.to_owned()))
        }
    }
}

const OTHER_SCHEME: &str = "has a scheme other than https and http";

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
        return Err("contains a user name");
    }
    let mut authority = authority.to_ascii_lowercase();
    let is_loopback = is_loopback(&authority);
    let https = match scheme.as_deref() {
        Some("https") => true,
        Some("http") => false,
        Some(_) => return Err(OTHER_SCHEME),
        None => !is_loopback,
    };
    let default_port = if https { ":443" } else { ":80" };
    if let Some(host) = authority.strip_suffix(default_port) {
        authority = host.to_owned();
    }
    if !is_loopback {
        // The trailing dot of a full domain name is not part of the name.
        if let Some(host) = authority.strip_suffix('.') {
            authority = host.to_owned();
        }
    }
    Ok((Origin { https, authority }, path.to_owned()))
}

/// Whether a host, with or without a port, is this machine: `localhost`, `127.x.x.x` or `[::1]`.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let (host, port) = match rsplit_once(authority, b':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    // `number` alone would accept a sign and leading zeros, which some parsers read as octal.
    let plain = |text: &str| !matches!(text.as_bytes(), [b'+' | b'-' | b'0', ..]) || text == "0";
    let up_to = |text: &str, most| plain(text) && number(text).is_some_and(|found| found <= most);
    if port.is_some_and(|port| !up_to(port, 65_535)) {
        return false;
    }
    let is_ipv4_loopback = || {
        let mut parts = 0;
        host.starts_with("127.")
            && split(host, ".").all(|part| {
                parts += 1;
                up_to(part, 255)
            })
            && parts == 4
    };
    host == "localhost" || host == "[::1]" || is_ipv4_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_only_loopback_addresses() {
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
    fn reads_the_target_of_a_link() {
        let root = "/api/data/v9.2/";
        let path = "/api/data/v9.2/accounts?$skiptoken=%3Ccookie&x=http://y/a:b".to_owned();
        let (rest, origin) =
            ("accounts?$skiptoken=%3Ccookie&x=http://y/a:b", "https://org.crm.dynamics.com");
        for (link, leads_to) in [
            (filled!("{}{}", &[origin, &path]), Some(origin)),
            (filled!("HTTPS://ORG.crm.dynamics.com:443{}", &[&path]), Some(origin)),
            (path.clone(), None),
            (rest.to_owned(), None),
        ] {
            let (origin, found) = follow(&link, root).unwrap();
            assert_eq!(
                (origin.map(|origin| origin.url()).as_deref(), found),
                (leads_to, path.clone())
            );
        }
        for (link, wrong) in [
            (" ", "is empty"),
            ("?x=1", "is empty"),
            ("javascript:0", OTHER_SCHEME),
            ("data:text/html,x", OTHER_SCHEME),
            ("ftp://org.crm.dynamics.com/api/data/v9.2/accounts", OTHER_SCHEME),
            ("//example.com/api/data/v9.2/accounts", "leads to another host"),
            ("https:\\\\example.com/api/data/v9.2/accounts", "holds a backslash"),
            ("https://org.crm.dynamics.com", "has no path"),
            (
                "https://org.crm.dynamics.com@example.com/api/data/v9.2/accounts",
                "contains a user name",
            ),
        ] {
            assert_eq!(follow(link, root), Err(wrong), "{link}");
        }
    }
}
