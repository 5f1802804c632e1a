//! An exchange that brought no response.

use alloc::string::String;

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExchangeError {
    /// The request did not leave: no such host, no connection. The text says which.
    NotSent(String),
    /// The request may have arrived: the connection ended, or nothing came in time. The text says
    /// which.
    Unknown(String),
    /// The response is larger than [`BODY_LIMIT`](super::BODY_LIMIT).
    TooLarge,
    /// The host does not let the request out.
    Denied,
}
