//! The outside as this crate sees it: one trait for each thing that it needs, so that a test or a
//! benchmark can be it.

#[cfg(not(target_arch = "wasm32"))]
pub mod scripted;

use alloc::string::String;

use crate::contract::FailureKind;
use crate::error::Error;
use crate::http::{ExchangeError, Request, Response};

/// Sends a request and gives the whole response, whatever its status.
pub trait Transport {
    /// # Errors
    ///
    /// [`ExchangeError`] when there is no whole response.
    fn send(&mut self, request: &Request) -> Result<Response, ExchangeError>;
}

impl<F: FnMut(&Request) -> Result<Response, ExchangeError>> Transport for F {
    fn send(&mut self, request: &Request) -> Result<Response, ExchangeError> {
        self(request)
    }
}

/// The host's secret store does not answer at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretsError;

impl From<SecretsError> for Error {
    fn from(_: SecretsError) -> Error {
        Error::new(FailureKind::Wait, "the host's secret store does not answer at the moment")
    }
}

/// The host's secret store.
pub trait Secrets {
    /// The secret of this name, if there is one that may be read.
    ///
    /// # Errors
    ///
    /// [`SecretsError`] when the store does not answer.
    fn get(&mut self, name: &str) -> Result<Option<String>, SecretsError>;

    /// Keeps a secret. A host that stores nothing is no failure.
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
pub struct Outside<'a> {
    /// Sends requests.
    pub transport: &'a mut dyn Transport,
    /// Has the secrets.
    pub secrets: &'a mut dyn Secrets,
    /// Has time and chance.
    pub clock: &'a mut dyn Clock,
}
