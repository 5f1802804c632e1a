//! Runs an action for the tests of its module, and records its requests.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Action, run};
use crate::contract::Failure;
use crate::http::{ExchangeError, Request, Response};
use crate::outside::scripted::Scripted;

/// An action's output and its requests.
pub(crate) struct Ran<T> {
    pub(crate) result: Result<T, Failure>,
    /// Each request: method, path and query, the specific headers, the body.
    pub(crate) requests: Vec<String>,
    pub(crate) waited: u64,
    pub(crate) secrets: BTreeMap<String, String>,
}

/// Runs an action against these responses, with a ready token.
pub(crate) fn ask<A: Action>(
    input: A::Input,
    answer: impl FnMut(&Request) -> Result<Response, ExchangeError>,
) -> Ran<A::Output> {
    ask_with::<A>(&[("access_token", "ready")], input, answer)
}

/// Runs an action with these secrets.
pub(crate) fn ask_with<A: Action>(
    secrets: &[(&str, &str)],
    input: A::Input,
    mut answer: impl FnMut(&Request) -> Result<Response, ExchangeError>,
) -> Ran<A::Output> {
    let mut requests = Vec::new();
    let mut transport = |request: &Request| {
        requests.push(shown(request));
        answer(request)
    };
    let mut scripted = Scripted::new(secrets);
    let result = run::<A>(input, scripted.outside(&mut transport));
    Ran { result, requests, waited: scripted.clock.waited, secrets: scripted.secrets.0 }
}

/// A response with this status and body.
pub(crate) fn answer(status: u16, body: &str) -> Result<Response, ExchangeError> {
    Ok(Response { status, headers: Vec::new(), body: body.into() })
}

fn shown(request: &Request) -> String {
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
