//! Admits only the page opened with the printed key, and no page of another site.

use http::{HeaderMap, header};

/// The header in which the page sends its key. A page of another site can set it only after a CORS
/// preflight, which is never allowed.
pub(super) const KEY: &str = "x-inspect-key";

/// What a request needs.
pub(super) struct Guard {
    key: String,
    /// `127.0.0.1:PORT` and `localhost:PORT`.
    hosts: [String; 2],
}

impl Guard {
    pub(super) fn new(key: String, port: u16) -> Self {
        Guard { key, hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    /// Why the request is refused, if it is: a host name that foreign DNS points here, or a page of
    /// another origin.
    pub(super) fn refuses(&self, headers: &HeaderMap) -> Option<&'static str> {
        let host = text(headers, header::HOST.as_str());
        if !self.hosts.iter().any(|own| Some(own.as_str()) == host) {
            return Some("unknown host name (open the address that `inspect` printed)");
        }
        match text(headers, header::ORIGIN.as_str()) {
            Some(origin) if origin.strip_prefix("http://") != host => {
                Some("requests from pages of another origin are not allowed")
            }
            _ => None,
        }
    }

    /// Whether the request has the key.
    pub(super) fn knows(&self, headers: &HeaderMap) -> bool {
        let given = text(headers, KEY).unwrap_or_default();
        // In constant time, wherever the keys differ.
        let differing = given.bytes().zip(self.key.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
        given.len() == self.key.len() && differing == 0
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn refuses_other_names_and_other_origins() {
        let guard = Guard::new("k".repeat(32), 80);
        for (host, origin, fits) in [
            ("127.0.0.1:80", None, true),
            ("localhost:80", Some("http://localhost:80"), true),
            ("evil.example:80", None, false),
            ("127.0.0.1:81", None, false),
            ("127.0.0.1", None, false),
            ("127.0.0.1:80", Some("http://evil.example"), false),
            ("127.0.0.1:80", Some("null"), false),
            ("127.0.0.1:80", Some("https://127.0.0.1:80"), false),
        ] {
            let mut own = headers(&[("host", host)]);
            if let Some(origin) = origin {
                own.insert("origin", origin.parse().unwrap());
            }
            assert_eq!(guard.refuses(&own).is_none(), fits, "{host} {origin:?}");
        }
        assert!(guard.refuses(&HeaderMap::new()).is_some());
    }

    #[test]
    fn accepts_only_its_own_key() {
        let guard = Guard::new("abcd".to_owned(), 80);
        for (key, known) in
            [("abcd", true), ("abce", false), ("abc", false), ("abcde", false), ("", false)]
        {
            assert_eq!(guard.knows(&headers(&[(KEY, key)])), known, "{key}");
        }
        assert!(!guard.knows(&HeaderMap::new()));
    }
}
