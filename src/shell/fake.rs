//! The outside for the tests of the pages: answers out of a closure, time that passes only in waits.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Clock, HttpAnswer, HttpRequest, Lost, NoSecrets, Secrets, Shell};
use crate::action::{Action, run};
use crate::contract::Failure;

/// What an action gave, and what it asked for it.
pub(crate) struct Ran<T> {
    pub(crate) result: Result<T, Failure>,
    /// Each request: method, path and query, the headers that are not of every request, the body.
    pub(crate) requests: Vec<String>,
    pub(crate) waited: u64,
    pub(crate) secrets: BTreeMap<String, String>,
}

/// Runs an action against these answers, with a ready token.
pub(crate) fn ask<A: Action>(
    input: A::Input,
    answer: impl FnMut(&HttpRequest) -> Result<HttpAnswer, Lost>,
) -> Ran<A::Output> {
    ask_with::<A>(&[("access_token", "ready")], input, answer)
}

/// Runs an action with these secrets.
pub(crate) fn ask_with<A: Action>(
    secrets: &[(&str, &str)],
    input: A::Input,
    mut answer: impl FnMut(&HttpRequest) -> Result<HttpAnswer, Lost>,
) -> Ran<A::Output> {
    let mut requests = Vec::new();
    let mut transport = |request: &HttpRequest| {
        requests.push(shown(request));
        answer(request)
    };
    let mut store = Store(BTreeMap::new());
    store.set("instance_url", "org.crm.dynamics.com");
    secrets.iter().for_each(|(name, value)| store.set(name, value));
    let mut clock = Stopped { waited: 0 };
    let shell = Shell { transport: &mut transport, secrets: &mut store, clock: &mut clock };
    let result = run::<A>(input, shell);
    Ran { result, requests, waited: clock.waited, secrets: store.0 }
}

/// An answer of this status and body.
pub(crate) fn answer(status: u16, body: &str) -> Result<HttpAnswer, Lost> {
    Ok(HttpAnswer { status, headers: Vec::new(), body: body.into() })
}

fn shown(request: &HttpRequest) -> String {
    const OF_EVERY_REQUEST: [&str; 7] = [
        "Accept",
        "Authorization",
        "Content-Type",
        "If-None-Match",
        "OData-MaxVersion",
        "OData-Version",
        "User-Agent",
    ];
    let mut text = format!("{} {}", request.method.as_str(), request.path);
    for (name, value) in &request.headers {
        if !OF_EVERY_REQUEST.contains(name) || value == "*" {
            text.push_str(&format!("\n{name}: {value}"));
        }
    }
    if let Some(body) = &request.body {
        text.push_str(&format!("\n{body}"));
    }
    text
}

struct Store(BTreeMap<String, String>);

impl Secrets for Store {
    fn get(&mut self, name: &str) -> Result<Option<String>, NoSecrets> {
        Ok(self.0.get(name).cloned())
    }

    fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }
}

struct Stopped {
    waited: u64,
}

impl Clock for Stopped {
    fn now(&mut self) -> i64 {
        1_800_000_000 + i64::try_from(self.waited / 1_000).unwrap()
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
