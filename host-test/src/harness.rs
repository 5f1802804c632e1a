//! The component and the simulator combined for tests; time is simulated.

mod actions;
mod setup;

use std::ops::DerefMut;
use std::time::Duration;

use dataverse_sim::{Dataverse, World};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::answer;
use crate::bindings::Connection;
use crate::bindings::actions::Failure;
use crate::connector::{Connector, Measured};
use crate::error::Error;
use crate::http::InProcess;
use crate::secrets::Secrets;
use setup::Setup;

/// An organization in this process, and the built component connected to it.
///
/// The organization is `https://org12345.crm.dynamics.com`, its users sign in at
/// `https://login.microsoftonline.com`, and the component has an access token that is valid for an
/// hour. Time is simulated: it starts at [`Harness::START`] and passes only in waits, which take no
/// real time. Runs are identical, including random bytes.
///
/// ```
/// use host_test::Harness;
/// use serde_json::json;
///
/// let host = Harness::new();
/// let answer = host.invoke("list_accounts", json!({"records_per_page": 1}));
/// assert_eq!(answer["success"], true);
/// assert_eq!(host.requests(), 1);
/// ```
pub struct Harness {
    runtime: Runtime,
    connector: Connector,
    secrets: Secrets,
    simulator: InProcess,
    setup: Setup,
    started: Instant,
}

impl Harness {
    /// The start time of every harness: 2026-02-01T09:00:00Z, in seconds since 1970.
    pub const START: i64 = 1_769_936_400;

    /// The default organization.
    pub fn new() -> Self {
        Harness::with(World::default())
    }

    /// Runs an action by name, through `plugin.invoke`. JSON that is not a value is changed as
    /// described at [`answer::value`]; [`Harness::invoke_text`] returns it unchanged.
    ///
    /// # Panics
    ///
    /// Panics if the component was stopped or trapped, or if its output is not JSON.
    pub fn invoke(&self, action: &str, input: Value) -> Value {
        let answer = self.invoke_text(action, &input.to_string());
        match answer::value(&answer) {
            Ok(answer) => answer,
            Err(error) => panic!("the answer of `{action}` is not JSON ({error}): {answer}"),
        }
    }

    /// The same, with text as input and output.
    ///
    /// # Panics
    ///
    /// Panics if the component was stopped or trapped.
    pub fn invoke_text(&self, action: &str, input: &str) -> String {
        self.wait(self.connector.invoke(&self.secrets, action, input))
    }

    /// Runs an action by name, through `plugin.run`.
    ///
    /// # Errors
    ///
    /// The component's own failure.
    ///
    /// # Panics
    ///
    /// Panics if the component was stopped or trapped.
    pub fn run(&self, action: &str, input: Value) -> Result<String, Failure> {
        self.wait(self.connector.run(&self.secrets, action, &input.to_string()))
    }

    /// Like [`Harness::invoke_text`], with its cost, and with an error if the component was stopped
    /// or trapped.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
    pub fn try_invoke(&self, action: &str, input: &str) -> Result<Measured<String>, Error> {
        self.runtime.block_on(self.connector.invoke_measured(&self.secrets, action, input))
    }

    /// `plugin.describe`, parsed.
    ///
    /// # Panics
    ///
    /// Panics if the component was stopped or trapped, or if its output is not JSON.
    pub fn describe(&self) -> Value {
        let text = self.wait(self.connector.describe());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("not JSON ({error}): {text}"))
    }

    /// `plugin.check-connection`.
    ///
    /// # Errors
    ///
    /// The component's own failure.
    ///
    /// # Panics
    ///
    /// Panics if the component was stopped or trapped.
    pub fn check_connection(&self) -> Result<Connection, Failure> {
        self.wait(self.connector.check_connection(&self.secrets))
    }

    /// The organization: its rows, its journal and its faults.
    ///
    /// It is locked while the guard lives, and a call would wait for it forever: do not keep the
    /// guard.
    pub fn sim(&self) -> impl DerefMut<Target = Dataverse> + '_ {
        self.simulator.dataverse()
    }

    /// The number of requests.
    pub fn requests(&self) -> usize {
        self.sim().journal().len()
    }

    /// The requests, one per line, with secrets hidden, for snapshots.
    pub fn journal(&self) -> String {
        self.sim().journal().to_string()
    }

    /// The component's secrets. Clones share one store.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Advances the time of the component and the organization.
    pub fn pass(&self, time: Duration) {
        self.runtime.block_on(tokio::time::advance(time));
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.runtime.block_on(async { self.started.elapsed() })
    }

    fn wait<T>(&self, call: impl Future<Output = Result<T, Error>>) -> T {
        match self.runtime.block_on(call) {
            Ok(value) => value,
            Err(error) => panic!("{error}\nrequests so far:\n{}", self.journal()),
        }
    }
}

impl Default for Harness {
    fn default() -> Self {
        Harness::new()
    }
}
