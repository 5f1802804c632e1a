//! The details of a typed failure.

use host_test::actions::{Failure, FailureKind};

/// The contract's name of the kind, and whether a retry makes sense.
fn kind(kind: FailureKind) -> (&'static str, &'static str) {
    match kind {
        FailureKind::FixInput => ("fix-input", "correct the input; the same call fails again"),
        FailureKind::FixSettings => {
            ("fix-settings", "correct a setting; until then every call fails")
        }
        FailureKind::SignIn => ("sign-in", "sign in again; until then every call fails"),
        FailureKind::AskAdministrator => {
            ("ask-administrator", "an administrator can help; the same call fails again")
        }
        FailureKind::NotFound => ("not-found", "look up the id again; the same call fails again"),
        FailureKind::ReadAgain => ("read-again", "read the row again, then retry"),
        FailureKind::Wait => ("wait", "retry later"),
        FailureKind::Refused => {
            ("refused", "read the message; the same call is likely to fail again")
        }
        FailureKind::Report => ("report", "report it; the same call is likely to fail again"),
    }
}

/// The facts, one per line.
pub(super) fn facts(failure: &Failure) -> Vec<String> {
    let (name, what) = kind(failure.kind);
    let mut facts = vec![format!("kind: {name} ({what})")];
    if let Some(seconds) = failure.retry_after_seconds {
        facts.push(format!("wait: {seconds} s"));
    }
    if failure.may_have_been_applied {
        let which = failure.row_id.as_ref().map(|id| format!(" under the id {id}"));
        let which = which.unwrap_or_default();
        facts.push(format!("the write may have been applied{which}: check before you retry"));
    }
    let answer = [
        failure.status.map(|status| format!("status {status}")),
        failure.code.as_ref().map(|code| format!("code {code}")),
        failure.request_id.as_ref().map(|id| format!("request id {id}")),
    ];
    let answer: Vec<String> = answer.into_iter().flatten().collect();
    if !answer.is_empty() {
        facts.push(format!("response: {}", answer.join(", ")));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_whether_and_when_to_retry_and_whether_the_write_may_have_been_applied() {
        let failure = Failure {
            kind: FailureKind::Wait,
            message: "busy".to_owned(),
            status: Some(429),
            code: Some("0x80072322".to_owned()),
            request_id: Some("7c1e".to_owned()),
            retry_after_seconds: Some(300),
            may_have_been_applied: true,
            row_id: Some("7c1e4d0a".to_owned()),
        };
        assert_eq!(
            facts(&failure),
            [
                "kind: wait (retry later)",
                "wait: 300 s",
                "the write may have been applied under the id 7c1e4d0a: check before you retry",
                "response: status 429, code 0x80072322, request id 7c1e",
            ]
        );
    }
}
