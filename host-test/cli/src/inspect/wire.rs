//! A call as JSON for the page.

use std::time::Duration;

use host_test::actions::Failure;
use host_test::{Exchange, Message};
use serde_json::{Value, json};

use super::story;

/// Milliseconds, rounded to hundredths.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}

/// The requests of a call, each with its role and the wait before it.
pub(super) fn exchanges(all: &[Exchange]) -> Value {
    let steps = all.iter().enumerate().map(|(index, exchange)| {
        let wait = story::wait(all, index).map(|(from, length, reason)| {
            json!({ "from": milliseconds(from), "for": milliseconds(length), "reason": reason })
        });
        json!({
            "role": story::role(all, index),
            "wait": wait,
            "method": exchange.method,
            "url": exchange.url,
            "sent": milliseconds(exchange.sent),
            "answered": exchange.answered.map(milliseconds),
            "ended": exchange.ended.map(milliseconds),
            "status": exchange.status,
            "failure": exchange.failure,
            "denied": exchange.denied,
            "request": message(&exchange.request),
            "response": message(&exchange.response),
        })
    });
    Value::Array(steps.collect())
}

fn message(message: &Message) -> Value {
    json!({ "headers": message.headers, "body": message.body, "bytes": message.bytes })
}

/// A failure, with what a caller can do about it.
pub(super) fn failure(failure: &Failure) -> Value {
    // `FailureKind::FixInput` is `fix-input` in the contract.
    let kind = kebab(&format!("{:?}", failure.kind));
    json!({
        "kind": kind,
        "advice": story::advice(&kind),
        "message": failure.message,
        "status": failure.status,
        "code": failure.code,
        "request_id": failure.request_id,
        "retry_after_seconds": failure.retry_after_seconds,
        "may_have_been_applied": failure.may_have_been_applied,
    })
}

fn kebab(name: &str) -> String {
    let name = name.rsplit("::").next().unwrap_or_default();
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(c.to_lowercase());
    }
    kebab
}
