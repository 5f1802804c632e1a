//! An exchange without a response.

use alloc::string::String;

/// The reason for a missing response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExchangeError {
    /// The request was not sent: unknown host, no connection. The text says which.
    NotSent(String),
    /// The request may have arrived: the connection ended, or no response arrived in time. The text
    /// says which.
    Unknown(String),
    /// The response is larger than [`BODY_LIMIT`](super::BODY_LIMIT).
    TooLarge,
    /// The host blocks the request.
    Denied,
}
