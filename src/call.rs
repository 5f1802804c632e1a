//! One call of an action: every request goes out here, with its token, and comes back here, with
//! its status read.

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

/// What the pages send their requests through.
///
/// Nothing is read from the secrets before the first request: input that is refused costs nothing.
pub struct Call<'a> {
    outside: Outside<'a>,
    instance: Option<Rc<Instance>>,
    session: Option<Rc<Session>>,
    started: u64,
    // How often the last request was sent.
    attempts: u32,
    // Every secret that was read or came, to be kept out of every message.
    secrets: Vec<String>,
}

impl<'a> Call<'a> {
    /// A call into this outside.
    // Once, and not in each export.
    #[inline(never)]
    pub fn new(outside: Outside<'a>) -> Self {
        let started = outside.clock.ticks();
        Call { outside, instance: None, session: None, started, attempts: 0, secrets: Vec::new() }
    }

    /// The organization that is talked to.
    ///
    /// # Errors
    ///
    /// `fix-settings` when `instance_url` is missing or names no organization.
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

    /// An optional setting among the secrets; blank is absent.
    ///
    /// # Errors
    ///
    /// `wait` when the host's store does not answer.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>, Error> {
        auth::present(self.outside.secrets, name)
    }

    /// A new row id.
    pub fn new_id(&mut self) -> Guid {
        Guid::from_random(self.outside.clock.random())
    }

    /// Waits as is due after so many failed attempts, of which the last was told to come back in so many seconds; false when
    /// no further attempt is allowed.
    pub(crate) fn again(&mut self, failed: u32, told: Option<u32>) -> bool {
        self.again_after(Verdict::Unknown, failed, told)
    }

    fn again_after(&mut self, verdict: Verdict, failed: u32, told: Option<u32>) -> bool {
        let [chance, ..] = self.outside.clock.random();
        let pause = retry::pause(verdict, failed, told, self.spent(), chance);
        pause.map(|pause| self.outside.clock.wait(pause)).is_some()
    }

    /// The milliseconds since the call began.
    fn spent(&mut self) -> u64 {
        self.outside.clock.ticks().saturating_sub(self.started)
    }

    /// The failure as the caller gets it, without any secret that this call has seen.
    // Once, and not in each export.
    #[inline(never)]
    pub fn failure(&self, error: Error) -> Failure {
        error.finished(&self.secrets).into()
    }

    /// Whether the last request was sent more than once: what its answer says of a row may be of what an earlier attempt did, even
    /// one that was told to come back.
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
