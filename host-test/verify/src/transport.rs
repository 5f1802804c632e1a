//! How a request reaches the organization.

use bytes::Bytes;
use http::{Request, Response};

/// Sends one request and gives its answer, whole. It follows no redirect.
pub trait Transport {
    /// The answer, or why there is none.
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Unanswered>>;
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// There was no connection: nothing was sent.
    #[error("the host could not be reached")]
    NotReached,
    /// The connection ended before the answer did.
    #[error("the connection broke")]
    Broken,
    /// The time was over.
    #[error("no answer came in time")]
    TimedOut,
    /// The body was longer than is read.
    #[error("the answer was too long")]
    TooLong,
}
