//! Dataverse's refusals: status, code and text
//! ([codes](https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes)).
//!
//! Each refusal is a constructor: those about rows and URLs in [`record`], about tables and columns
//! in [`definition`], about access, limits and the service in [`service`].

mod definition;
mod record;
mod service;

use http::StatusCode;

pub use service::Limit;

/// A refusal, in Dataverse's own code and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The code of the error body, `0x80040217`; empty where Dataverse leaves it empty.
    pub code: String,
    /// The text of the error body.
    pub message: String,
    /// Headers specific to this answer: `Retry-After`, `WWW-Authenticate`.
    pub headers: Vec<(&'static str, String)>,
}

impl Problem {
    /// A refusal with this status, code and text.
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Problem { status, code: code.to_owned(), message: message.into(), headers: Vec::new() }
    }

    /// The refusal with another header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, code, message)
    }
}
