//! One call with scripted responses, and the checks on its output.

use std::collections::BTreeMap;

use dynamics365_sales::actions::ALL;
use dynamics365_sales::error::MESSAGE_LIMIT;
use dynamics365_sales::http::{ExchangeError, Request, Response};
use dynamics365_sales::outside::scripted::{Scripted, in_turn};
use dynamics365_sales::plugin::invoke;
use serde_json::value::RawValue;

use crate::host_reader::{Outcome, value};

/// More requests than any call sends: 500 pages, each with every retry, and a few.
const MOST_REQUESTS: usize = 500 * 6 + 20;

const TOKEN: &str = "ready-token-that-must-not-get-out";

/// Calls the action with these responses in turn, the last one repeated, and checks the output of
/// `invoke`: valid JSON, either a success or an error, bounded, without the token. It also checks
/// that no request goes to another host.
pub(crate) fn call(action: &str, input: &str, answers: &[Result<Response, ExchangeError>]) {
    let mut sent = 0;
    let mut scripted = in_turn(answers);
    let mut transport = |request: &Request| -> Result<Response, ExchangeError> {
        assert_eq!(request.origin.url(), "https://org.crm.dynamics.com");
        sent += 1;
        assert!(sent < MOST_REQUESTS, "the requests never end");
        scripted(request)
    };
    let mut outside = Scripted::new(&[("access_token", TOKEN)]);
    check(action, input, &invoke(action, input, outside.outside(&mut transport)));
}

fn check(action: &str, input: &str, answer: &str) {
    // The host must read of every answer what it needs, and must be able to show all of it.
    let read = Outcome::of(answer).unwrap_or_else(|| panic!("the host cannot read {answer}"));
    let shown = value(answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    assert_eq!(shown["success"], read.success, "{answer}");
    // Checks only the grammar: a row may contain a number that no `f64` can hold.
    let answer: BTreeMap<String, &RawValue> =
        serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    let text = |name: &str| answer.get(name).map_or("", |value| value.get());
    assert!(matches!(text("success"), "true" | "false"), "{answer:?}");
    assert_eq!(text("success") == "true", read.success, "{answer:?}");
    assert_eq!(text("success") == "true", text("error") == "null", "{answer:?}");
    let error: Option<String> = serde_json::from_str(text("error")).expect("a text or null");
    let error = error.unwrap_or_default();
    assert!(error.chars().count() <= MESSAGE_LIMIT, "{error}");
    // The fuzzer discovers the token; a token that the caller passes in is not a leak.
    assert!(!error.contains(TOKEN) || input.contains(TOKEN), "{error}");
    let fields = ALL.iter().find(|entry| entry.spec.name == action).map(|e| e.spec.output.len());
    assert_eq!(answer.len(), 2 + fields.unwrap_or_default());
}
