//! A write with an unknown outcome: the failure that the caller gets through the JSON and the typed
//! interface.

use dataverse_sim::{Fault, Seed, Told, When};
use host_test::Harness;
use host_test::actions::{CreateAppointmentInput, FailureKind, UpdateAppointmentInput};
use serde_json::{Value, json};

use crate::inputs::{bank_account, kick_off, no_change};
use crate::support::{answering, count, stored};

/// The number of appointments in the default world.
const SEEDED: usize = 12;

fn kick_off_json(key: Option<&str>) -> Value {
    let input = kick_off();
    json!({
        "subject": input.subject,
        "scheduledstart": input.scheduledstart,
        "scheduledend": input.scheduledend,
        "regarding_account_id": input.regarding_account_id,
        "required_attendee_email": input.required_attendee_email,
        "idempotency_key": key,
    })
}

/// The id of the only new appointment.
fn made(host: &Harness) -> String {
    assert_eq!(count(host, "appointment"), SEEDED + 1);
    let sim = host.sim();
    let seeded: Vec<_> = (0..SEEDED).map(Seed::appointment).collect();
    let mut rows = sim.world.rows("appointment");
    rows.find(|row| !seeded.contains(&row.id())).unwrap().id().to_string()
}

#[test]
fn of_an_appointment_names_the_id_under_which_it_may_exist() {
    for key in [None, Some("run-7")] {
        let host = Harness::new();
        host.sim().next_for("PATCH", "appointments", Fault::LostThenNothing);
        let answer = host.invoke("create_appointment", kick_off_json(key));
        let id = made(&host);
        let error = answer["error"].as_str().unwrap();
        assert_eq!(
            (&answer["success"], &answer["appointment_id"], &answer["appointment"]),
            (&json!(false), &json!(id), &Value::Null)
        );
        let advice = match key {
            None => format!(
                "; try again later; the appointment may exist all the same, under the id `{id}`: look for it \
                 (list_appointments with the filter `activityid eq {id}`) before you create it again"
            ),
            Some(_) => format!(
                "; try again later; the appointment may exist all the same, under the id `{id}`; to repeat the call with \
                 the same `idempotency_key` makes no second one"
            ),
        };
        assert!(error.ends_with(&advice), "{error}");
        // The suggested steps find it.
        host.sim().forget_faults();
        let found =
            host.invoke("list_appointments", json!({"filter": format!("activityid eq {id}")}));
        assert_eq!(found["appointments"][0]["activityid"], id);
    }
}

#[test]
fn is_the_same_in_the_typed_record() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", Fault::LostThenNothing);
    let failure = host.create_appointment(&kick_off()).unwrap_err();
    assert_eq!((failure.kind, failure.may_have_been_applied), (FailureKind::Wait, true));
    assert_eq!(failure.row_id, Some(made(&host)));
    let id = failure.row_id.unwrap();
    assert!(failure.message.contains(&format!("under the id `{id}`")), "{}", failure.message);
}

#[test]
fn of_a_write_that_was_certainly_not_applied_names_no_id() {
    for fault in [Fault::Forbidden, Fault::throttled(300), Fault::refusal(400, "0x80040265", "No.")]
    {
        let host = Harness::new();
        host.sim().always(Fault::Reset(When::BeforeCommit));
        host.sim().forget_faults();
        host.sim().tell(Told::always(fault).method("PATCH"));
        let answer = host.invoke("create_appointment", kick_off_json(None));
        assert_eq!((&answer["success"], &answer["appointment_id"]), (&json!(false), &Value::Null));
        assert!(!answer["error"].as_str().unwrap().contains("may exist"), "{answer}");
        assert_eq!(count(&host, "appointment"), SEEDED);
    }
}

#[test]
fn of_a_change_names_the_row_to_read() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", Fault::LostThenNothing);
    let id = Seed::appointment(0).to_string();
    let input = json!({"appointment_id": id, "subject": "Moved"});
    let answer = host.invoke("update_appointment", input);
    assert_eq!(stored(&host, "appointment", &id, "subject"), "Moved");
    assert_eq!(
        (&answer["success"], &answer["appointment_id"], &answer["updated_fields"]),
        (&json!(false), &json!(id), &json!([]))
    );
    let error = answer["error"].as_str().unwrap();
    let advice = format!(
        "; the change may have been made all the same: read the appointment (list_appointments with the filter `activityid \
         eq {id}`) before you repeat it"
    );
    assert!(error.ends_with(&advice), "{error}");
}

#[test]
fn of_a_table_names_the_table() {
    let host = Harness::new();
    let input = bank_account(&host);
    host.sim().next_for("POST", "EntityDefinitions", Fault::LostThenNothing);
    let failure = host.create_custom_entity(&input).unwrap_err();
    assert!(failure.may_have_been_applied);
    assert!(
        failure.message.ends_with(
            "; the table `contoso_bankaccount` may exist all the same: look for it in the solution before you create it again"
        ),
        "{}",
        failure.message
    );
}

#[test]
fn that_was_throttled_after_its_commit_finds_its_appointment() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", Fault::throttled_after_commit(5));
    let created = host.create_appointment(&kick_off()).unwrap();
    assert_eq!(created.appointment_id, made(&host));
    let statuses: Vec<_> = host.sim().journal().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [Some(200), Some(429), Some(412), Some(200)]);
}

#[test]
fn tells_the_caller_how_long_to_wait() {
    let host = Harness::new();
    host.sim().tell(Told::always(Fault::throttled(300)).method("PATCH"));
    let answer = host.invoke("create_appointment", kick_off_json(None));
    let error = answer["error"].as_str().unwrap();
    assert!(error.ends_with("; try again in 300 seconds"), "{error}");
}

#[test]
fn retries_an_update_only_after_a_read_and_under_the_etag_it_read() {
    let host = Harness::new();
    let id = Seed::appointment(0).to_string();
    let etag = {
        let sim = host.sim();
        sim.world.row("appointment", Seed::appointment(0)).unwrap().etag()
    };
    host.sim().next_for("PATCH", "appointments", Fault::Reset(When::BeforeCommit));
    let input = UpdateAppointmentInput { subject: Some("Moved".to_owned()), ..no_change() };
    host.update_appointment(&input).unwrap();
    assert_eq!(stored(&host, "appointment", &id, "subject"), "Moved");
    let journal = host.journal();
    let conditions: Vec<_> =
        journal.lines().filter_map(|line| line.trim().strip_prefix("if-match: ")).collect();
    assert_eq!(conditions, ["*", &etag.to_string()], "{journal}");
    assert_eq!(host.requests(), 3);
}

/// However long a server's response to a write is, the call fails with a clear message.
#[test]
fn reads_only_the_start_of_an_error() {
    for (status, kind) in [(400, FailureKind::Refused), (403, FailureKind::AskAdministrator)] {
        for length in [60 << 20, 70 << 20] {
            let host = Harness::new();
            let body = format!(
                "{{\"error\":{{\"code\":\"0x1\",\"message\":\"{}\"}}}}",
                "x".repeat(length)
            );
            host.sim().next_for("PATCH", "appointments", answering(status, &[], &body));
            let input =
                CreateAppointmentInput { idempotency_key: Some("k".to_owned()), ..kick_off() };
            let failure = host.create_appointment(&input);
            // The readable part says that the form is refused, so it is created by a POST.
            match failure {
                Ok(_) => assert_eq!((status, count(&host, "appointment")), (400, SEEDED + 1)),
                Err(failure) => {
                    assert_eq!((failure.kind, failure.status), (kind, Some(status)));
                    assert!(failure.message.contains("xxxx"), "{}", failure.message);
                    assert_eq!(count(&host, "appointment"), SEEDED);
                }
            }
        }
    }
}

#[test]
fn keeps_no_more_rows_than_requested() {
    for (row, fits) in [("[],", false), ("{},", true), ("{\"a\":1},", true)] {
        let host = Harness::new();
        let rows = row.repeat((40 << 20) / row.len());
        let body = format!("{{\"value\":[{}{}]}}", rows, row.trim_end_matches(','));
        host.sim().next_for("GET", "accounts", answering(200, &[], &body));
        let result = host.list_accounts(&crate::inputs::accounts());
        assert_eq!(result.as_ref().is_ok_and(|rows| rows.len() == 50), fits, "{row}");
        assert_eq!(result.is_err(), !fits, "{row}");
    }
}
