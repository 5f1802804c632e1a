//! A request as the handlers see it, and their replies.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// A request to the Web API, after routing.
pub(crate) struct Exchange {
    /// The HTTP method.
    pub(crate) method: Method,
    /// Scheme and authority under which the caller reached us, for absolute links: `https://org.crm.dynamics.com`.
    pub(crate) origin: String,
    /// The version segment of the path as the caller wrote it: `v9.2`.
    pub(crate) version: String,
    /// What follows `/api/data/v9.2/`, still percent-encoded: `accounts(…)/name`.
    pub(crate) resource: String,
    /// What follows the `?`, still percent-encoded; empty without one.
    pub(crate) query: String,
    /// The headers; look-ups ignore case.
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) body: Bytes,
}

impl Exchange {
    /// The service root, with a slash at its end: `https://org.crm.dynamics.com/api/data/v9.2/`.
    pub(crate) fn service_root(&self) -> String {
        format!("{}/api/data/{}/", self.origin, self.version)
    }
}

/// A handler's reply, without the headers that every answer has.
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// Headers of this answer only: `OData-EntityId`, `Preference-Applied`, …
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body, if there is one.
    pub(crate) body: Option<Body>,
}

/// The body of an answer.
pub(crate) enum Body {
    /// JSON as a tree: metadata, errors.
    Tree(Value),
    /// Finished text. Rows are written so: their decimals keep their digits (`5000000.0000`), and a
    /// page of 5000 would be a tree of a million values. It is JSON unless [`Reply::headers`] has a
    /// `Content-Type` (`…/$count` and `…/$value` are `text/plain`).
    Text(Vec<u8>),
}

impl Body {
    /// The bytes that go over the wire.
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
