//! The component and the simulator, put together for tests; time is simulated.

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

/// An organization in this process, and the built component that is connected to it.
///
/// It is `https://org12345.crm.dynamics.com`, its users sign in at `https://login.microsoftonline.com`, and the component
/// holds an access token that is good for an hour. Time is simulated: it starts at [`Harness::START`] and passes
/// only in waits, which take none of the test's. Runs are alike, to the last random byte.
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
    /// When the time of every harness starts: 2026-02-01T09:00:00Z, in seconds since 1970.
    pub const START: i64 = 1_769_936_400;

    /// The default organization.
    pub fn new() -> Self {
        Harness::with(World::default())
    }

    /// Runs an action by its name, through `plugin.invoke`. What is legal JSON and no value is changed as
    /// [`answer::value`] says; [`Harness::invoke_text`] gives it as it came.
    ///
    /// # Panics
    ///
    /// When the component was ended or failed, or its answer is not JSON.
    pub fn invoke(&self, action: &str, input: Value) -> Value {
        let answer = self.invoke_text(action, &input.to_string());
        match answer::value(&answer) {
            Ok(answer) => answer,
            Err(error) => panic!("the answer of `{action}` is not JSON ({error}): {answer}"),
        }
    }

    /// The same, texts in and out.
    ///
    /// # Panics
    ///
    /// When the component was ended or failed.
    pub fn invoke_text(&self, action: &str, input: &str) -> String {
        self.wait(self.connector.invoke(&self.secrets, action, input))
    }

    /// Runs an action by its name, through `plugin.run`.
    ///
    /// # Errors
    ///
    /// The component's own failure.
    ///
    /// # Panics
    ///
    /// When the component was ended or failed.
    pub fn run(&self, action: &str, input: Value) -> Result<String, Failure> {
        self.wait(self.connector.run(&self.secrets, action, &input.to_string()))
    }

    /// As [`Harness::invoke_text`], with what it took; an error when the component was ended or failed.
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
    /// When the component was ended or failed, or its answer is not JSON.
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
    /// When the component was ended or failed.
    pub fn check_connection(&self) -> Result<Connection, Failure> {
        self.wait(self.connector.check_connection(&self.secrets))
    }

    /// The organization: its rows, what it was asked, what is to go wrong.
    ///
    /// It is locked as long as the result lives, and a call would wait for it for ever: do not keep it.
    pub fn sim(&self) -> impl DerefMut<Target = Dataverse> + '_ {
        self.simulator.dataverse()
    }

    /// How many requests there were.
    pub fn requests(&self) -> usize {
        self.sim().journal().len()
    }

    /// The requests, one below the other, secrets hidden: for snapshots.
    pub fn journal(&self) -> String {
        self.sim().journal().to_string()
    }

    /// What the component may know. Clones share one store.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Lets time pass, for the component and the organization.
    pub fn pass(&self, time: Duration) {
        self.runtime.block_on(tokio::time::advance(time));
    }

    /// How much time has passed since the start.
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
