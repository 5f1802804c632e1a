//! The outside world: one trait for each need of this crate, so that tests and benchmarks can
//! implement it.

#[cfg(not(target_arch = "wasm32"))]
pub mod scripted;

use alloc::string::String;

use crate::contract::FailureKind;
use crate::error::Error;
use crate::http::{ExchangeError, Request, Response};

/// Sends a request and returns the complete response, whatever its status.
pub trait Transport {
    /// # Errors
    ///
    /// [`ExchangeError`] if there is no complete response.
    fn send(&mut self, request: &Request) -> Result<Response, ExchangeError>;
}

impl<F: FnMut(&Request) -> Result<Response, ExchangeError>> Transport for F {
    fn send(&mut self, request: &Request) -> Result<Response, ExchangeError> {
        self(request)
    }
}

/// The host's secret store is temporarily unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretsError;

impl From<SecretsError> for Error {
    fn from(_: SecretsError) -> Error {
        Error::new(FailureKind::Wait, "the host's secret store does not answer at the moment")
    }
}

/// The host's secret store.
pub trait Secrets {
    /// The secret with this name, if it exists and may be read.
    ///
    /// # Errors
    ///
    /// [`SecretsError`] if the store is unavailable.
    fn get(&mut self, name: &str) -> Result<Option<String>, SecretsError>;

    /// Keeps a secret. A host that stores nothing is not a failure.
    fn set(&mut self, name: &str, value: &str);
}

/// Time and randomness.
pub trait Clock {
    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&mut self) -> i64;

    /// Milliseconds since some time; never decreases.
    fn ticks(&mut self) -> u64;

    /// Waits this many milliseconds.
    fn wait(&mut self, milliseconds: u64);

    /// Cryptographically secure random bytes.
    fn random(&mut self) -> [u8; 16];
}

/// The whole outside.
pub struct Outside<'a> {
    /// Sends requests.
    pub transport: &'a mut dyn Transport,
    /// Stores the secrets.
    pub secrets: &'a mut dyn Secrets,
    /// Provides time and randomness.
    pub clock: &'a mut dyn Clock,
}
