//! Codes with the same meaning under any status: retries, the failure's kind, and its message.

use std::time::Duration;

use dataverse_sim::{Fault, Told};
use dynamics365_sales::retry::{ATTEMPTS, BUDGET};
use host_test::Harness;
use host_test::actions::{Failure, FailureKind};

use crate::inputs::{account, bank_account, kick_off, no_change};
use crate::support::{answering, count};

fn named(name: &str) -> Fault {
    Fault::by_name(name).unwrap()
}

/// The failure of an update of an appointment that always gets this response.
fn change(fault: Fault) -> (Harness, Failure) {
    let host = Harness::new().sign_in_with_client_credentials();
    host.sim().tell(Told::always(fault).method("PATCH").resource("appointments"));
    let mut input = no_change();
    input.subject = Some("Moved".to_owned());
    let failure = host.update_appointment(&input).unwrap_err();
    (host, failure)
}

fn patches(host: &Harness) -> usize {
    host.sim().journal().iter().filter(|entry| entry.method == "PATCH").count()
}

#[test]
fn a_decision_of_the_organizations_code_is_sent_once_under_any_status() {
    let kinds = [
        (
            "plug-in",
            "0x80040265",
            "ISV code aborted the operation. (a plug-in of the organization refused the request; ",
        ),
        (
            "plug-in-failure",
            "0x80040224",
            "An unexpected error occurred from ISV code. (a plug-in of the organization failed; ",
        ),
        (
            "duplicate",
            "0x80040333",
            "A record was not created or updated because a duplicate of the current record already exists. (duplicate \
             detection refused the request; ",
        ),
    ];
    for (name, code, words) in kinds {
        for status in [400, 401, 404, 429, 500, 503] {
            let name = format!("{name}-{status}");
            let (host, failure) = change(named(&name));
            assert_eq!(failure.kind, FailureKind::Refused, "{name}");
            assert_eq!((failure.status, failure.code.as_deref()), (Some(status), Some(code)));
            let message = format!("Dynamics 365 says: {words}{status}, `{code}`)");
            assert!(failure.message.starts_with(&message), "{}", failure.message);
            assert!(!failure.may_have_been_applied, "{name}");
            assert_eq!((patches(&host), host.elapsed()), (1, Duration::ZERO), "{name}");
        }
    }
    // The same for another notation of the code, and for an unseen status.
    for code in ["\"-2147220891\"", "-2147220891", "\"0X80040265\"", "\"0x80040265\""] {
        for status in [402, 403, 408, 409, 412, 422, 502, 504] {
            let body = format!("{{\"error\":{{\"code\":{code},\"message\":\"No.\"}}}}");
            let (host, failure) = change(Fault::answer(status, body));
            assert_eq!(failure.code.as_deref(), Some("0x80040265"), "{code}");
            assert_eq!(
                (failure.kind, patches(&host)),
                (FailureKind::Refused, 1),
                "{status} {code}"
            );
        }
    }
}

#[test]
fn a_plug_in_that_refuses_a_new_appointment_or_table_is_asked_once() {
    for status in [429, 500, 503] {
        let host = Harness::new();
        let before = count(&host, "appointment");
        host.sim().tell(Told::always(Fault::plug_in(status)).method("PATCH"));
        let failure = host.create_appointment(&kick_off()).unwrap_err();
        assert_eq!((failure.kind, patches(&host)), (FailureKind::Refused, 1), "{status}");
        assert_eq!(count(&host, "appointment"), before);

        let host = Harness::new();
        host.sim().tell(Told::always(Fault::plug_in(status)).method("POST"));
        let failure = host.create_custom_entity(&bank_account(&host)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused, "{status}");
        assert_eq!(host.requests(), 2, "{status}: {}", host.journal());
    }
}

#[test]
fn a_limit_is_a_limit_under_every_status() {
    for name in ["throttled-as-400", "throttled-as-403", "throttled-as-503"] {
        let host = Harness::new();
        host.sim().next(named(name));
        host.get_account(&account(0)).unwrap();
        assert_eq!(host.requests(), 2, "{name}");

        // Even a write that is otherwise not retried, because it did not start.
        let host = Harness::new();
        host.sim().next_for("POST", "EntityDefinitions", named(name));
        host.create_custom_entity(&bank_account(&host)).unwrap();

        let (host, failure) = change(named(name));
        assert_eq!((failure.kind, patches(&host)), (FailureKind::Wait, ATTEMPTS as usize));
        assert!(failure.message.contains("is throttling: too much execution time"), "{failure:?}");
    }
}

#[test]
fn waits_for_a_lock_for_most_of_a_minute() {
    for name in [
        "customization-lock",
        "customization-lock-publish",
        "customization-lock-import",
        "customization-lock-503",
    ] {
        let host = Harness::new();
        host.sim().tell(Told::always(named(name)).method("POST").resource("EntityDefinitions"));
        let failure = host.create_custom_entity(&bank_account(&host)).unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_deref()),
            (FailureKind::Wait, Some("0x80071151"))
        );
        let start = "another customization is running in Dynamics 365, which runs one at a time (";
        assert!(failure.message.starts_with(start), "{}", failure.message);
        assert!(failure.message.contains("it says: Cannot start another ["), "{}", failure.message);
        assert!(!failure.may_have_been_applied);
        let waited = host.elapsed();
        assert!(waited >= Duration::from_secs(40), "{name}: {waited:?}");
        assert!(waited <= Duration::from_millis(BUDGET), "{name}: {waited:?}");
    }
    let host = Harness::new();
    let told = Told::times(2, named("customization-lock"));
    host.sim().tell(told.method("POST").resource("EntityDefinitions"));
    host.create_custom_entity(&bank_account(&host)).unwrap();
    assert!((15..=30).contains(&host.elapsed().as_secs()), "{:?}", host.elapsed());
}

#[test]
fn a_failure_for_an_administrator_is_not_retried() {
    let body = |code: &str| format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"No.\"}}}}");
    let mut faults = vec![
        ("the user is disabled in Dynamics 365 (403", named("disabled-user-403")),
        ("the user is disabled in Dynamics 365 (400", named("disabled-user-400")),
        ("the organization is disabled (403", named("organization-disabled")),
    ];
    for status in [400, 401, 500, 503] {
        for (code, words) in [
            ("0x8004A104", "the organization is disabled ("),
            ("0x80040225", "the user is disabled in Dynamics 365 ("),
            ("0x80072560", "Dynamics 365 does not allow the user to do this ("),
            ("0x80040220", "Dynamics 365 does not allow the user to do this ("),
        ] {
            faults.push((words, Fault::answer(status, body(code))));
        }
    }
    for (words, fault) in faults {
        let (host, failure) = change(fault);
        assert_eq!((failure.kind, patches(&host)), (FailureKind::AskAdministrator, 1), "{words}");
        assert!(failure.message.starts_with(words), "{}", failure.message);
        // No token is requested unnecessarily either.
        assert_eq!(host.sim().journal().iter().filter(|e| e.path.ends_with("/token")).count(), 1);
    }
}

#[test]
fn a_missing_or_changed_row_is_reported_under_every_status() {
    for (code, kind) in
        [("0x80040217", FailureKind::NotFound), ("0x80060882", FailureKind::ReadAgain)]
    {
        for status in [400, 404, 412, 500] {
            let body = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"No.\"}}}}");
            let (_, failure) = change(answering(status, &[], &body));
            assert_eq!(failure.kind, kind, "{status} {code}");
        }
    }
}
