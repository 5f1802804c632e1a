//! One call of an action: it sends every request with its token and reads the status of every
//! response.

mod attempts;
mod pages;
mod send;
mod session;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use crate::auth;
use crate::contract::Failure;
use crate::dataverse::Guid;
use crate::error::Error;
use crate::instance::Instance;
use crate::outside::Outside;
use crate::retry::{self, Verdict};
pub use pages::PAGES;
use session::Session;

/// The call through which actions send their requests.
///
/// It reads no secrets before the first request, so refused input costs nothing.
pub struct Call<'a> {
    outside: Outside<'a>,
    instance: Option<Rc<Instance>>,
    session: Option<Rc<Session>>,
    started: u64,
    // The number of attempts of the last request.
    attempts: u32,
    // Every secret that was read or received, to keep it out of every message.
    secrets: Vec<String>,
}

impl<'a> Call<'a> {
    /// A call into this outside.
    // Not inlined into each export.
    #[inline(never)]
    pub fn new(outside: Outside<'a>) -> Self {
        let started = outside.clock.ticks();
        Call { outside, instance: None, session: None, started, attempts: 0, secrets: Vec::new() }
    }

    /// The organization.
    ///
    /// # Errors
    ///
    /// `fix-settings` if `instance_url` is missing or not an organization.
    pub fn instance(&mut self) -> Result<Rc<Instance>, Error> {
        if let Some(instance) = &self.instance {
            return Ok(instance.clone());
        }
        match self.setting("instance_url")? {
            Some(text) => Ok(self.instance.insert(Rc::new(Instance::parse(&text)?)).clone()),
            None => Err(Error::fix_settings(
                "the secret `instance_url` is missing (expected the host of an organization, such as org12345.crm.dynamics.com)",
            )),
        }
    }

    /// An optional setting among the secrets; a blank one counts as absent.
    ///
    /// # Errors
    ///
    /// `wait` if the host's store is unavailable.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>, Error> {
        auth::present(self.outside.secrets, name)
    }

    /// A new row id.
    pub fn new_id(&mut self) -> Guid {
        Guid::from_random(self.outside.clock.random())
    }

    /// Waits after this many failed attempts, with the last response's requested wait in seconds;
    /// false if no further attempt is allowed.
    pub(crate) fn again(&mut self, failed: u32, told: Option<u32>) -> bool {
        self.again_after(Verdict::Unknown, failed, told)
    }

    fn again_after(&mut self, verdict: Verdict, failed: u32, told: Option<u32>) -> bool {
        let [chance, ..] = self.outside.clock.random();
        let pause = retry::pause(verdict, failed, told, self.spent(), chance);
        pause.map(|pause| self.outside.clock.wait(pause)).is_some()
    }

    /// The milliseconds since the start of the call.
    fn spent(&mut self) -> u64 {
        self.outside.clock.ticks().saturating_sub(self.started)
    }

    /// The failure for the caller, without any secret that this call has seen.
    // Not inlined into each export.
    #[inline(never)]
    pub fn failure(&self, error: Error) -> Failure {
        error.finished(&self.secrets).into()
    }

    /// Whether the last request was sent more than once: its response may reflect the effect of an
    /// earlier attempt, even of a throttled one.
    pub(crate) fn repeated(&self) -> bool {
        self.attempts > 1
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn now(&mut self) -> i64 {
        self.outside.clock.now()
    }
}

#[cfg(test)]
mod tests;
