//! `idempotency_key` of `create_appointment`: a repeated call creates only one appointment.

use dataverse_sim::{Fault, Global, Told, When};
use host_test::Harness;
use host_test::actions::{CreateAppointmentInput, FailureKind};
use serde_json::{Value, json};

use crate::inputs::kick_off;
use crate::support::{answering, count, stored};

/// The number of appointments in the default world.
const SEEDED: usize = 12;

fn keyed(key: &str) -> CreateAppointmentInput {
    CreateAppointmentInput { idempotency_key: Some(key.to_owned()), ..kick_off() }
}

fn made(host: &Harness) -> usize {
    count(host, "appointment") - SEEDED
}

fn statuses(host: &Harness) -> Vec<Option<u16>> {
    host.sim().journal().iter().map(|entry| entry.status).collect()
}

/// The row without the members that belong only to the response.
fn row(appointment: &str) -> Value {
    let mut row: Value = serde_json::from_str(appointment).unwrap();
    row.as_object_mut().unwrap().retain(|name, _| !name.starts_with("@odata."));
    row
}

#[test]
fn a_repeated_call_returns_the_appointment_of_the_first() {
    let host = Harness::new();
    let first = host.create_appointment(&keyed("run-7/step-2")).unwrap();
    assert_eq!(statuses(&host), [Some(200), Some(201)], "no request more than without a key");
    let again = host.create_appointment(&keyed(" run-7/step-2 ")).unwrap();
    assert_eq!(again.appointment_id, first.appointment_id);
    assert_eq!(again.deep_link, first.deep_link);
    assert_eq!(row(&again.appointment), row(&first.appointment));
    assert_eq!(made(&host), 1);
    assert_eq!(statuses(&host)[2..], [Some(200), Some(412), Some(200)]);
}

#[test]
fn both_interfaces_and_every_component_derive_the_same_id_from_a_key() {
    let host = Harness::new();
    let id = host.create_appointment(&keyed("run-7")).unwrap().appointment_id;
    // This value must never change: keys outlive the component that derived ids from them.
    assert_eq!(id, "2954307a-a008-8a60-946a-a0268cf37e08");
    let input = json!({
        "subject": "Kick-off",
        "scheduledstart": "2026-02-20T13:00:00+01:00",
        "scheduledend": "2026-02-20T12:30:00Z",
        "regarding_account_id": kick_off().regarding_account_id.to_uppercase(),
        "required_attendee_email": "ann.baker@contoso.com",
        "idempotency_key": "run-7",
    });
    let answer = host.invoke("create_appointment", input);
    assert_eq!((&answer["success"], &answer["error"]), (&json!(true), &Value::Null));
    assert_eq!(answer["appointment_id"], id);
    assert_eq!(answer["appointment"]["activityid"], id);
    assert_eq!(made(&host), 1);
}

#[test]
fn a_repeated_call_finds_its_appointment_after_a_lost_response() {
    for fault in [
        Fault::Reset(When::AfterCommit),
        Fault::StalledBeforeFirstByte(When::AfterCommit),
        Fault::CutBody { after: 20 },
    ] {
        let host = Harness::new();
        // No response arrives any more, neither to the write nor to the check for it.
        host.sim().tell(Told::always(fault.clone()).resource("appointments"));
        let failure = host.create_appointment(&keyed("run-7")).unwrap_err();
        assert!(failure.may_have_been_applied, "{failure:?}");
        assert_eq!(made(&host), 1, "{fault:?}");
        host.sim().forget_faults();
        let again = host.create_appointment(&keyed("run-7")).unwrap();
        assert_eq!(stored(&host, "appointment", &again.appointment_id, "subject"), "Kick-off");
        assert_eq!(made(&host), 1, "{fault:?}");
    }
}

#[test]
fn one_call_with_a_lost_response_finds_its_appointment_itself() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", Fault::Reset(When::AfterCommit));
    let created = host.create_appointment(&keyed("run-7")).unwrap();
    assert!(created.appointment.contains("\"subject\":\"Kick-off\""), "{}", created.appointment);
    assert_eq!(statuses(&host), [Some(200), None, Some(412), Some(200)]);
    assert_eq!(made(&host), 1);
}

#[test]
fn two_keys_are_two_appointments() {
    let host = Harness::new();
    let keys = ["run-7", "run-8", "Run-7", "run-7\u{0}", "r\u{fc}n-7", "1"];
    let id = |key: &&str| host.create_appointment(&keyed(key)).unwrap().appointment_id;
    let mut ids: Vec<_> = keys.iter().map(id).collect();
    ids.push(host.create_appointment(&kick_off()).unwrap().appointment_id);
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), made(&host)), (keys.len() + 1, keys.len() + 1));
}

#[test]
fn refuses_a_key_that_belongs_to_another_appointment() {
    let later = |input: &mut CreateAppointmentInput| {
        input.scheduledstart = "2026-02-21T12:00:00Z".to_owned();
        input.scheduledend = "2026-02-21T12:30:00Z".to_owned();
    };
    let other_account = dataverse_sim::Seed::account(1).to_string();
    type Change<'a> = &'a dyn Fn(&mut CreateAppointmentInput);
    let changes: [(&str, Change<'_>); 4] = [
        ("`subject`", &|input| input.subject = "Review".to_owned()),
        ("`scheduledstart`, `scheduledend`", &later),
        ("`_regardingobjectid_value`", &|input| input.regarding_account_id = other_account.clone()),
        ("`category`", &|input| input.category = Some(7)),
    ];
    for (columns, change) in changes {
        let host = Harness::new();
        let id = host.create_appointment(&keyed("run-7")).unwrap().appointment_id;
        let mut input = keyed("run-7");
        change(&mut input);
        let failure = host.create_appointment(&input).unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixInput);
        assert_eq!(
            failure.message,
            format!(
                "`idempotency_key` already belongs to the appointment `{id}`, whose {columns} differs from the input \
                 (expected the same input as the first time, or another key)"
            )
        );
        assert!(!failure.may_have_been_applied);
        assert_eq!(made(&host), 1);
        assert_eq!(stored(&host, "appointment", &id, "subject"), "Kick-off");
    }
}

#[test]
fn says_that_a_write_may_have_been_applied_after_a_lost_response_and_another_row() {
    let host = Harness::new();
    host.create_appointment(&keyed("run-7")).unwrap();
    host.sim().next_for("PATCH", "appointments", Fault::Reset(When::BeforeCommit));
    let input = CreateAppointmentInput { subject: "Review".to_owned(), ..keyed("run-7") };
    let failure = host.create_appointment(&input).unwrap_err();
    assert_eq!(failure.kind, FailureKind::FixInput);
    assert!(failure.may_have_been_applied);
}

#[test]
fn a_call_with_a_category_of_either_type_can_be_repeated() {
    for is_choice in [false, true] {
        let host = Harness::new();
        if is_choice {
            let options = [(7, "Demo")];
            assert!(host.sim().add_choice_column("appointment", "category", &options, Global::No));
        }
        let input = CreateAppointmentInput { category: Some(7), ..keyed("run-7") };
        let id = host.create_appointment(&input).unwrap().appointment_id;
        assert_eq!(host.create_appointment(&input).unwrap().appointment_id, id);
        assert_eq!(made(&host), 1);
        // Columns that the input does not set may differ.
        assert_eq!(host.create_appointment(&keyed("run-7")).unwrap().appointment_id, id);
        let input = CreateAppointmentInput { category: Some(8), ..keyed("run-7") };
        let failure = host.create_appointment(&input).unwrap_err();
        assert!(failure.message.contains("whose `category` differs from the input"), "{failure:?}");
    }
}

#[test]
fn recreates_an_appointment_that_was_deleted_in_the_meantime() {
    let host = Harness::new();
    let id = host.create_appointment(&keyed("run-7")).unwrap().appointment_id;
    assert!(host.sim().world.remove("appointment", id.parse().unwrap()).is_some());
    assert_eq!(made(&host), 0);
    assert_eq!(host.create_appointment(&keyed("run-7")).unwrap().appointment_id, id);
    assert_eq!(made(&host), 1);
}

#[test]
fn does_not_report_an_appointment_that_it_cannot_see() {
    for fault in [Fault::NotFound, Fault::Forbidden, Fault::MalformedJson, Fault::server_error(500)]
    {
        let host = Harness::new();
        host.create_appointment(&keyed("run-7")).unwrap();
        let told = Told::always(fault.clone()).method("GET").resource("appointments");
        host.sim().tell(told);
        let failure = host.create_appointment(&keyed("run-7")).unwrap_err();
        assert_eq!(
            (failure.kind, failure.status),
            (FailureKind::ReadAgain, Some(412)),
            "{fault:?}"
        );
        assert!(failure.may_have_been_applied, "{fault:?}");
        assert_eq!(made(&host), 1);
    }
}

#[test]
fn accepts_no_other_response_as_an_appointment() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", answering(200, &[], "{\"ok\":true}"));
    let failure = host.create_appointment(&keyed("run-7")).unwrap_err();
    assert_eq!((failure.kind, made(&host)), (FailureKind::Report, 0));
}

#[test]
fn accepts_keys_of_1_to_256_characters() {
    let host = Harness::new();
    for key in ["k".to_owned(), "\u{e9}".repeat(256)] {
        host.create_appointment(&keyed(&key)).unwrap();
    }
    let asked = host.requests();
    for (key, message) in [
        (String::new(), "`idempotency_key` must not be blank".to_owned()),
        (" \t".to_owned(), "`idempotency_key` must not be blank".to_owned()),
        (
            "k".repeat(257),
            format!(
                "`idempotency_key` is not usable: `{}…` (at most 256 characters)",
                "k".repeat(99)
            ),
        ),
    ] {
        let failure = host.create_appointment(&keyed(&key)).unwrap_err();
        assert_eq!((failure.kind, failure.message), (FailureKind::FixInput, message));
    }
    assert_eq!(host.requests(), asked);
}
