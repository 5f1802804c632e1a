//! A failure in a form for models: its kind, what to do, and whether a retry may help or harm.

use host_test::Error;
use host_test::actions::{Failure, FailureKind};
use serde_json::{Map, Value, json};

use crate::commands::effect;

/// The result of a call whose action failed.
pub(super) fn of_action(tool: &str, failure: &Failure) -> Value {
    let reads = effect::only_reads(tool);
    let stands = failure.may_have_been_applied && !reads;
    let mut details = Map::new();
    details.insert("kind".into(), kind(failure.kind).into());
    details.insert("advice".into(), advice(tool, failure, stands).into());
    details.insert("may_be_repeated".into(), (failure.kind == FailureKind::Wait && !stands).into());
    details.insert("change_may_stand".into(), stands.into());
    let optional = [
        ("wait_seconds", failure.retry_after_seconds.map(Value::from)),
        ("status", failure.status.map(Value::from)),
        ("code", failure.code.clone().map(Value::from)),
        ("request_id", failure.request_id.clone().map(Value::from)),
        ("row_id", failure.row_id.clone().map(Value::from)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            details.insert(name.into(), value);
        }
    }
    json!({"success": false, "error": failure.message, "failure": details})
}

/// The result of a call that the host stopped, or whose component trapped.
pub(super) fn of_host(tool: &str, error: &Error) -> Value {
    let writes = !effect::only_reads(tool);
    let advice = match error {
        Error::Time(_) if writes => CHECK_FIRST.to_owned(),
        Error::Time(_) => "ask for less, or try again later".to_owned(),
        Error::Memory(_) | Error::Computing(_) if !writes => "ask for less".to_owned(),
        _ if writes => CHECK_FIRST.to_owned(),
        _ => "tell the user; a repetition will not help".to_owned(),
    };
    let doubt = if writes { "; whether its change was made is not known" } else { "" };
    json!({
        "success": false,
        "error": format!("{error}{doubt}"),
        "failure": {
            "kind": "ended",
            "advice": advice,
            "may_be_repeated": matches!(error, Error::Time(_)) && !writes,
            "change_may_stand": writes,
        },
    })
}

const CHECK_FIRST: &str = "the change may have been made: look for it first (list_appointments, get_account), and repeat only if it is missing";

/// The name of a kind in the component's interface.
fn kind(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::FixInput => "fix-input",
        FailureKind::FixSettings => "fix-settings",
        FailureKind::SignIn => "sign-in",
        FailureKind::AskAdministrator => "ask-administrator",
        FailureKind::NotFound => "not-found",
        FailureKind::ReadAgain => "read-again",
        FailureKind::Wait => "wait",
        FailureKind::Refused => "refused",
        FailureKind::Report => "report",
    }
}

fn advice(tool: &str, failure: &Failure, stands: bool) -> String {
    match (&failure.row_id, stands) {
        (Some(row), true) => {
            return format!(
                "the change may have been made: look for it first (list_appointments with the filter `activityid eq {row}`), and \
                 repeat only if it is missing"
            );
        }
        (None, true) => return CHECK_FIRST.to_owned(),
        (_, false) => {}
    }
    match failure.kind {
        FailureKind::FixInput => "correct the arguments and call again",
        FailureKind::FixSettings => {
            "tell the user: a setting of this server is missing or wrong, and no argument can mend it"
        }
        FailureKind::SignIn => "tell the user to sign in again, with `dynamics365-sales login`",
        FailureKind::AskAdministrator => {
            "tell the user: an administrator must grant the permission; do not repeat the call"
        }
        // Not Dataverse's response to an id: the attendee was not found.
        FailureKind::NotFound if tool == "create_appointment" && failure.status.is_none() => {
            "ask the user for the e-mail address of somebody who is a user of Dynamics 365: no tool lists them"
        }
        FailureKind::NotFound => "look the id up again with one of the list or search tools",
        FailureKind::ReadAgain => "read the row again, then repeat with what it says now",
        FailureKind::Wait => {
            return match failure.retry_after_seconds {
                Some(seconds) => format!("wait {seconds} s, then repeat the same call"),
                None => "wait a minute, then repeat the same call".to_owned(),
            };
        }
        FailureKind::Refused => {
            "read what Dynamics 365 says; correct the arguments if they are the cause; the same call would be refused again"
        }
        FailureKind::Report => "tell the user: the answer is not what the Web API documents",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn failure(kind: FailureKind) -> Failure {
        Failure {
            kind,
            message: "no".to_owned(),
            status: Some(503),
            code: Some("0x80072321".to_owned()),
            request_id: Some("id".to_owned()),
            retry_after_seconds: Some(7),
            may_have_been_applied: false,
            row_id: None,
        }
    }

    #[test]
    fn says_the_kind_the_wait_and_what_to_do() {
        assert_eq!(
            of_action("list_accounts", &failure(FailureKind::Wait)),
            json!({
                "success": false,
                "error": "no",
                "failure": {
                    "kind": "wait",
                    "advice": "wait 7 s, then repeat the same call",
                    "may_be_repeated": true,
                    "change_may_stand": false,
                    "wait_seconds": 7,
                    "status": 503,
                    "code": "0x80072321",
                    "request_id": "id",
                },
            })
        );
    }

    #[test]
    fn a_write_that_may_have_been_applied_must_not_be_repeated() {
        let mut failure = failure(FailureKind::Wait);
        failure.may_have_been_applied = true;
        let answer = of_action("create_appointment", &failure);
        assert_eq!(answer["failure"]["may_be_repeated"], false);
        assert_eq!(answer["failure"]["change_may_stand"], true);
        assert_eq!(answer["failure"]["advice"], CHECK_FIRST);
        failure.row_id = Some("a1".to_owned());
        let answer = of_action("create_appointment", &failure);
        assert_eq!(answer["failure"]["row_id"], "a1");
        assert!(answer["failure"]["advice"].as_str().unwrap().contains("`activityid eq a1`"));
        assert_eq!(of_action("list_accounts", &failure)["failure"]["change_may_stand"], false);
    }

    #[test]
    fn a_user_who_is_not_found_is_asked_for_and_an_id_is_looked_up() {
        let advice =
            |tool, failure: &Failure| of_action(tool, failure)["failure"]["advice"].clone();
        let mut failure = failure(FailureKind::NotFound);
        let look_up = "look the id up again with one of the list or search tools";
        assert_eq!(advice("create_appointment", &failure), look_up);
        failure.status = None;
        assert_eq!(advice("get_account", &failure), look_up);
        assert!(
            advice("create_appointment", &failure).as_str().unwrap().starts_with("ask the user")
        );
    }

    #[test]
    fn a_call_that_the_host_stopped_has_the_form_of_a_failure() {
        let ended = Error::Time(Duration::from_secs(600));
        let read = of_host("list_accounts", &ended);
        assert_eq!(read["error"], "the call was ended: it took longer than 600 s");
        assert_eq!(read["failure"]["may_be_repeated"], true);
        let write = of_host("update_appointment", &ended);
        assert!(
            write["error"]
                .as_str()
                .unwrap()
                .ends_with("; whether its change was made is not known")
        );
        assert_eq!(write["failure"]["change_may_stand"], true);
    }
}
