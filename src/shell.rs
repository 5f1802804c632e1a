//! The outside as this crate sees it: one trait for each thing that it needs, so that a test or a benchmark can be it.

#[cfg(test)]
pub(crate) mod fake;

use alloc::string::String;
use alloc::vec::Vec;

use crate::dataverse::Method;
use crate::instance::Origin;

/// A request as it goes out.
#[derive(Debug, Clone)]
pub struct HttpRequest {
    /// What it does.
    pub method: Method,
    /// Where it goes.
    pub origin: Origin,
    /// Path and query, encoded.
    pub path: String,
    /// Headers, without `Host` and `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// How long to wait, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For the connection.
    pub connect: u32,
    /// For the head of the answer.
    pub first_byte: u32,
    /// For the next piece of its body.
    pub between_bytes: u32,
}

/// An answer as it came in.
#[derive(Debug, Clone, Default)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The request did not leave: no such host, no connection. The text says which.
    NotSent(String),
    /// It may have arrived: the connection ended, or nothing came in time. The text says which.
    Unknown(String),
    /// The answer is larger than [`ANSWER_LIMIT`].
    TooLarge,
    /// The host does not let it out.
    Denied,
}

/// The greatest size of an answer's body, in bytes: 5,000 full rows are 10 to 25 MB.
pub const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// Sends a request and gives the whole answer, whatever its status.
pub trait Transport {
    /// # Errors
    ///
    /// [`Lost`] when there is no whole answer.
    fn send(&mut self, request: &HttpRequest) -> Result<HttpAnswer, Lost>;
}

impl<F: FnMut(&HttpRequest) -> Result<HttpAnswer, Lost>> Transport for F {
    fn send(&mut self, request: &HttpRequest) -> Result<HttpAnswer, Lost> {
        self(request)
    }
}

/// The host's store of secrets does not answer at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSecrets;

/// The host's store of secrets.
pub trait Secrets {
    /// The secret of this name, if there is one that may be read.
    ///
    /// # Errors
    ///
    /// [`NoSecrets`] when the store does not answer.
    fn get(&mut self, name: &str) -> Result<Option<String>, NoSecrets>;

    /// Keeps a secret; a host that stores nothing is no failure.
    fn set(&mut self, name: &str, value: &str);
}

/// Time and chance.
pub trait Clock {
    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&mut self) -> i64;

    /// Milliseconds since some moment; never goes back.
    fn ticks(&mut self) -> u64;

    /// Lets so many milliseconds pass.
    fn wait(&mut self, milliseconds: u64);

    /// Random bytes that nobody can guess.
    fn random(&mut self) -> [u8; 16];
}

/// All of the outside.
pub struct Shell<'a> {
    /// Sends requests.
    pub transport: &'a mut dyn Transport,
    /// Has the secrets.
    pub secrets: &'a mut dyn Secrets,
    /// Has time and chance.
    pub clock: &'a mut dyn Clock,
}
