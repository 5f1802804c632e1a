//! HTTP in this crate: requests and responses as values, independent of the transport.

mod body;
mod error;
mod header;
mod origin;
mod retry_after;

use alloc::string::String;
use alloc::vec::Vec;

use crate::time::Moment;

pub(crate) use body::{beginning, coding, summary, web_page, without_byte_order_mark};
pub use error::ExchangeError;
pub(crate) use header::header;
pub use origin::Origin;
pub(crate) use origin::{follow, is_loopback, parse_url};

/// The maximum size of a response's body, in bytes: 5,000 full rows are 10 to 25 MB.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// The methods that the actions need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates a row; the server chooses the id.
    Post,
    /// Updates a row, or creates one with our id.
    Patch,
}

impl Method {
    /// The method's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
        }
    }
}

/// A request on the wire.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Its origin.
    pub origin: Origin,
    /// Path and query, encoded.
    pub path: String,
    /// Headers, without `Host` and `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if any.
    pub body: Option<String>,
    /// Whether its length is declared: not if the host changes the body.
    pub has_length: bool,
    /// The time limits.
    pub timeouts: Timeouts,
}

/// Time limits, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For the connection.
    pub connect: u32,
    /// For the head of the response.
    pub first_byte: u32,
    /// For the next piece of its body.
    pub between_bytes: u32,
}

/// A complete response with any status.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// The last header with this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The wait in `Retry-After`, in seconds. A date is relative to the `Date` of the same
    /// response, because both come from one clock, or else to `now`, in Unix seconds.
    pub fn retry_after(&self, now: i64) -> Option<u32> {
        let date = self.header("date").and_then(Moment::parse_http);
        retry_after::seconds(self.header("retry-after")?, date.map_or(now, |date| date.0))
    }
}
