//! Every request as received, with the status of its answer and without secrets.

mod hide;

use std::fmt;

use bytes::Bytes;
use http::Request;
use percent_encoding::percent_decode_str;

/// All requests since the start or the last [`Journal::clear`], in order.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    entries: Vec<Entry>,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The HTTP method.
    pub method: String,
    /// Host and port, as in the URI or in `Host`.
    pub authority: String,
    /// The path, percent-decoded.
    pub path: String,
    /// The query, percent-decoded and with spaces for `+`; empty without one.
    pub query: String,
    /// The raw path and query.
    pub target: String,
    /// The headers: names in lower case, secrets hidden.
    pub headers: Vec<(String, String)>,
    /// The body, with the secrets of forms hidden.
    pub body: String,
    /// The status of the answer; `None` if the connection failed without one.
    pub status: Option<u16>,
}

/// The headers that the journal prints; all are in [`Entry::headers`].
const SHOWN: [&str; 8] = [
    "prefer",
    "if-match",
    "if-none-match",
    "consistency",
    "mscrm.solutionuniquename",
    "mscrm.mergelabels",
    "mscrm.suppressduplicatedetection",
    "callerobjectid",
];

impl Journal {
    /// The number of requests.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no requests.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes all requests.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// The requests, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The last request.
    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    pub(crate) fn record(&mut self, request: &Request<Bytes>, authority: &str) {
        self.entries.push(Entry::new(request, authority));
    }

    pub(crate) fn answered(&mut self, status: Option<u16>) {
        if let Some(entry) = self.entries.last_mut() {
            entry.status = status;
        }
    }
}

impl<'a> IntoIterator for &'a Journal {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Entry {
    fn new(request: &Request<Bytes>, authority: &str) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let uri = request.uri();
        let query = uri.query().unwrap_or_default();
        let headers = request.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), hide::header(name.as_str(), &value))
        });
        Entry {
            method: request.method().to_string(),
            authority: authority.to_owned(),
            path: decoded(uri.path()),
            query: decoded(&query.replace('+', " ")),
            target: uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers: headers.collect(),
            body: hide::form(request.headers(), &String::from_utf8_lossy(request.body())),
            status: None,
        }
    }

    /// The first value of a header; the name may be in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Entry {
    /// `PATCH /api/data/v9.2/accounts(…) -> 204`, then the headers that matter and the body,
    /// indented.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if !self.query.is_empty() {
            write!(f, "?{}", self.query)?;
        }
        match self.status {
            Some(status) => write!(f, " -> {status}")?,
            None => write!(f, " -> no answer")?,
        }
        for name in SHOWN {
            for (_, value) in self.headers.iter().filter(|(known, _)| known == name) {
                // `If-None-Match: null` is not a condition, only a habit of Microsoft's samples.
                if !(name == "if-none-match" && value == "null") {
                    write!(f, "\n  {name}: {value}")?;
                }
            }
        }
        if !self.body.is_empty() {
            write!(f, "\n  {}", self.body.replace('\n', "\n  "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Journal {
    /// One request per line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, entry) in self.entries.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{entry}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(request: http::request::Builder, body: &str) -> Journal {
        let mut journal = Journal::default();
        journal.record(&request.body(Bytes::from(body.to_owned())).unwrap(), "org");
        journal.answered(Some(200));
        journal
    }

    #[test]
    fn shows_a_request_decoded_without_its_token() {
        let request = Request::get("/api/data/v9.2/accounts?%24filter=name+eq+%27O%27%27Brien%27")
            .header("Authorization", "Bearer abc")
            .header("If-None-Match", "null")
            .header("PREFER", "odata.maxpagesize=2");
        let journal = journal(request, "");
        assert_eq!(
            journal.to_string(),
            "GET /api/data/v9.2/accounts?$filter=name eq 'O''Brien' -> 200\n  prefer: odata.maxpagesize=2"
        );
        assert_eq!(journal.last().unwrap().header("authorization"), Some("Bearer [token]"));
    }

    #[test]
    fn hides_the_secrets_of_a_form() {
        let request = Request::post("/t/oauth2/v2.0/token")
            .header("content-type", "application/x-www-form-urlencoded");
        let body = "grant_type=refresh_token&client_secret=top&refresh_token=0.abc&scope=a+b";
        let text = journal(request, body).to_string();
        assert_eq!(
            text,
            "POST /t/oauth2/v2.0/token -> 200\n  \
             grant_type=refresh_token&client_secret=[hidden]&refresh_token=[hidden]&scope=a b"
        );
    }

    #[test]
    fn marks_a_token_that_is_not_a_bearer_token() {
        let request = Request::get("/x").header("authorization", "Bearerabc");
        let journal = journal(request, "");
        assert_eq!(journal.last().unwrap().header("authorization"), Some("[not a bearer token]"));
    }
}
