//! An outside for native tests, fuzz targets and benchmarks: responses from a script, secrets in
//! memory, time that passes only in waits. The component does not contain it.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;

use super::{Clock, Outside, Secrets, SecretsError, Transport};
use crate::http::{ExchangeError, Request, Response};

/// An outside without a host and without the transport.
#[derive(Debug, Default)]
pub struct Scripted {
    /// The secret store.
    pub secrets: SecretsInMemory,
    /// The clock.
    pub clock: StoppedClock,
}

/// Secrets by name; values stored by a call can be read here.
#[derive(Debug, Default)]
pub struct SecretsInMemory(pub BTreeMap<String, String>);

/// A clock that advances only in waits.
#[derive(Debug, Default)]
pub struct StoppedClock {
    /// The milliseconds of all waits.
    pub waited: u64,
}

impl StoppedClock {
    /// The Unix time before any wait.
    pub const START: i64 = 1_800_000_000;
}

impl Scripted {
    /// An outside for the organization `org.crm.dynamics.com`, with these additional secrets.
    pub fn new(secrets: &[(&str, &str)]) -> Scripted {
        let mut scripted = Scripted::default();
        scripted.secrets.set("instance_url", "org.crm.dynamics.com");
        for (name, value) in secrets {
            scripted.secrets.set(name, value);
        }
        scripted
    }

    /// The outside of one call, with this transport.
    pub fn outside<'a>(&'a mut self, transport: &'a mut dyn Transport) -> Outside<'a> {
        Outside { transport, secrets: &mut self.secrets, clock: &mut self.clock }
    }
}

/// A transport that returns these responses in turn and repeats the last one; without any, nothing
/// arrives.
pub fn in_turn(
    answers: &[Result<Response, ExchangeError>],
) -> impl FnMut(&Request) -> Result<Response, ExchangeError> {
    let mut sent = 0;
    move |_| {
        let answer = answers.get(sent).or(answers.last()).cloned();
        sent += 1;
        answer.unwrap_or_else(|| Err(ExchangeError::Unknown("nothing".to_owned())))
    }
}

impl Secrets for SecretsInMemory {
    fn get(&mut self, name: &str) -> Result<Option<String>, SecretsError> {
        Ok(self.0.get(name).cloned())
    }

    fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }
}

impl Clock for StoppedClock {
    fn now(&mut self) -> i64 {
        StoppedClock::START + (self.waited / 1_000).cast_signed()
    }

    fn ticks(&mut self) -> u64 {
        self.waited
    }

    fn wait(&mut self, milliseconds: u64) {
        self.waited += milliseconds;
    }

    fn random(&mut self) -> [u8; 16] {
        [7; 16]
    }
}
