//! The transport of requests to the organization.

use bytes::Bytes;
use http::{Request, Response};

/// Sends one request and returns the complete response. It follows no redirects.
pub trait Transport {
    /// Returns the response, or why it is missing.
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Unanswered>>;
}

/// Why a response is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// No connection was made, so nothing was sent.
    #[error("the host could not be reached")]
    NotReached,
    /// The connection ended before the response was complete.
    #[error("the connection broke before the response was complete")]
    Broken,
    /// The request timed out.
    #[error("the request timed out")]
    TimedOut,
    /// The body is larger than the limit.
    #[error("the response is too large")]
    TooLong,
}
