//! Requests and replies of the handlers.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// A request to the Web API, after routing.
pub(crate) struct Exchange {
    /// The HTTP method.
    pub(crate) method: Method,
    /// The scheme and authority that the caller used, for absolute links:
    /// `https://org.crm.dynamics.com`.
    pub(crate) origin: String,
    /// The path's version segment as the caller wrote it: `v9.2`.
    pub(crate) version: String,
    /// The rest after `/api/data/v9.2/`, still percent-encoded: `accounts(…)/name`.
    pub(crate) resource: String,
    /// The query after the `?`, still percent-encoded; empty without one.
    pub(crate) query: String,
    /// The headers; look-ups ignore case.
    pub(crate) headers: HeaderMap,
    /// The raw body.
    pub(crate) body: Bytes,
}

impl Exchange {
    /// The service root with its trailing slash: `https://org.crm.dynamics.com/api/data/v9.2/`.
    pub(crate) fn service_root(&self) -> String {
        format!("{}/api/data/{}/", self.origin, self.version)
    }
}

/// A handler's reply, without the headers common to all answers.
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// Headers specific to this answer: `OData-EntityId`, `Preference-Applied`, …
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body, if any.
    pub(crate) body: Option<Body>,
}

/// The body of an answer.
pub(crate) enum Body {
    /// JSON as a tree: metadata, errors.
    Tree(Value),
    /// Finished text. Rows use this form: their decimals keep their digits (`5000000.0000`), and a
    /// page of 5000 rows would be a tree of a million values. It is JSON unless [`Reply::headers`]
    /// has a `Content-Type` (`…/$count` and `…/$value` are `text/plain`).
    Text(Vec<u8>),
}

impl Body {
    /// The bytes on the wire.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Body::Tree(tree) => Bytes::from(tree.to_string()),
            Body::Text(text) => Bytes::from(text),
        }
    }
}

impl Reply {
    /// 200 with a JSON body.
    pub(crate) fn ok(body: Value) -> Self {
        Reply { status: StatusCode::OK, headers: Vec::new(), body: Some(Body::Tree(body)) }
    }

    /// 200 with finished JSON.
    pub(crate) fn written(text: Vec<u8>) -> Self {
        Reply { status: StatusCode::OK, headers: Vec::new(), body: Some(Body::Text(text)) }
    }

    /// 204 without a body.
    pub(crate) fn no_content() -> Self {
        Reply { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: None }
    }

    /// The reply with another header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
