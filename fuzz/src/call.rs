//! One call, with the answers of a script, and what its answer must be.

use std::collections::BTreeMap;

use dynamics365_sales::actions::ALL;
use dynamics365_sales::error::MESSAGE_LIMIT;
use dynamics365_sales::http::{ExchangeError, Request, Response};
use dynamics365_sales::outside::scripted::{Scripted, in_turn};
use dynamics365_sales::plugin::invoke;
use serde_json::value::RawValue;

use crate::host_reader::{Outcome, value};

/// More than any call sends: 500 pages, each sent again as often as can be, and a few.
const MOST_REQUESTS: usize = 500 * 6 + 20;

const TOKEN: &str = "ready-token-that-must-not-get-out";

/// Calls the action with these answers, in turn, the last one for ever, and checks what `invoke` gives: JSON of the
/// action's form, either a success or an error, bounded, without the token; and no request to another host.
pub(crate) fn call(action: &str, input: &str, answers: &[Result<Response, ExchangeError>]) {
    let mut sent = 0;
    let mut scripted = in_turn(answers);
    let mut transport = |request: &Request| -> Result<Response, ExchangeError> {
        assert_eq!(request.origin.url(), "https://org.crm.dynamics.com");
        sent += 1;
        assert!(sent < MOST_REQUESTS, "no end of requests");
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
    // The grammar alone: a row may hold a number that no `f64` can.
    let answer: BTreeMap<String, &RawValue> =
        serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    let text = |name: &str| answer.get(name).map_or("", |value| value.get());
    assert!(matches!(text("success"), "true" | "false"), "{answer:?}");
    assert_eq!(text("success") == "true", read.success, "{answer:?}");
    assert_eq!(text("success") == "true", text("error") == "null", "{answer:?}");
    let error: Option<String> = serde_json::from_str(text("error")).expect("a text or null");
    let error = error.unwrap_or_default();
    assert!(error.chars().count() <= MESSAGE_LIMIT, "{error}");
    // The fuzzer finds the token out; what a caller writes himself is no secret to him.
    assert!(!error.contains(TOKEN) || input.contains(TOKEN), "{error}");
    let fields = ALL.iter().find(|entry| entry.spec.name == action).map(|e| e.spec.output.len());
    assert_eq!(answer.len(), 2 + fields.unwrap_or_default());
}
