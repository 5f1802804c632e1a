//! An outside that is told what to answer, and counts.

use std::collections::BTreeMap;

use dynamics365_sales::action::invoke;
use dynamics365_sales::actions::ALL;
use dynamics365_sales::failure::MESSAGE_LIMIT;
use dynamics365_sales::shell::{Clock, HttpAnswer, HttpRequest, Lost, NoSecrets, Secrets, Shell};
use serde_json::value::RawValue;

/// More than any call sends: 500 pages, each sent again as often as can be, and a few.
const MOST_REQUESTS: usize = 500 * 6 + 20;

const TOKEN: &str = "ready-token-that-must-not-get-out";

struct Ready;

impl Secrets for Ready {
    fn get(&mut self, name: &str) -> Result<Option<String>, NoSecrets> {
        let value = match name {
            "instance_url" => "org.crm.dynamics.com",
            "access_token" => TOKEN,
            _ => return Ok(None),
        };
        Ok(Some(value.to_owned()))
    }

    fn set(&mut self, _: &str, _: &str) {}
}

/// Time that passes in waits only.
struct Waits(u64);

impl Clock for Waits {
    fn now(&mut self) -> i64 {
        1_800_000_000
    }

    fn ticks(&mut self) -> u64 {
        self.0
    }

    fn wait(&mut self, milliseconds: u64) {
        self.0 += milliseconds;
    }

    fn random(&mut self) -> [u8; 16] {
        [7; 16]
    }
}

/// Calls the action with these answers, in turn, the last one for ever, and checks what `invoke` gives: JSON of the
/// action's form, either a success or an error, bounded, without the token; and no request to another host.
pub(crate) fn call(action: &str, input: &str, answers: &[Result<HttpAnswer, Lost>]) {
    let mut sent = 0;
    let mut transport = |request: &HttpRequest| -> Result<HttpAnswer, Lost> {
        assert_eq!(request.origin.url(), "https://org.crm.dynamics.com");
        let answer = answers.get(sent).or(answers.last()).cloned();
        sent += 1;
        assert!(sent < MOST_REQUESTS, "no end of requests");
        answer.unwrap_or_else(|| Err(Lost::Unknown("nothing".to_owned())))
    };
    let shell = Shell { transport: &mut transport, secrets: &mut Ready, clock: &mut Waits(0) };
    check(action, input, &invoke(action, input, shell));
}

fn check(action: &str, input: &str, answer: &str) {
    // The grammar alone: a row may hold a number that no `f64` can.
    let answer: BTreeMap<String, &RawValue> =
        serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    let text = |name: &str| answer.get(name).map_or("", |value| value.get());
    assert!(matches!(text("success"), "true" | "false"), "{answer:?}");
    assert_eq!(text("success") == "true", text("error") == "null", "{answer:?}");
    let error: Option<String> = serde_json::from_str(text("error")).expect("a text or null");
    let error = error.unwrap_or_default();
    assert!(error.chars().count() <= MESSAGE_LIMIT, "{error}");
    // The fuzzer finds the token out; what a caller writes himself is no secret to him.
    assert!(!error.contains(TOKEN) || input.contains(TOKEN), "{error}");
    let fields = ALL.iter().find(|entry| entry.spec.name == action).map(|e| e.spec.output.len());
    assert_eq!(answer.len(), 2 + fields.unwrap_or_default());
}
