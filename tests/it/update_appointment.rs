//! `update_appointment`

use dataverse_sim::{Fault, Global, Seed, World};
use host_test::Harness;
use host_test::actions::{Failure, FailureKind, UpdateAppointmentInput};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::inputs::no_change;
use crate::support::{count, insert, stored};

/// The appointment to update, as stored before.
fn planning(host: &Harness) -> String {
    insert(
        host,
        "appointment",
        json!({
            "subject": "Planning",
            "scheduledstart": "2026-05-04T10:00:00Z",
            "scheduledend": "2026-05-04T11:00:00Z",
            "category": "Old",
            "location": "Room 7",
        }),
    )
}

fn change_of(id: &str) -> UpdateAppointmentInput {
    UpdateAppointmentInput { appointment_id: id.to_owned(), ..no_change() }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// The stored subject, start, end and category.
fn state(host: &Harness, id: &str) -> Value {
    let of = |column| stored(host, "appointment", id, column);
    json!([of("subject"), of("scheduledstart"), of("scheduledend"), of("category")])
}

/// The failure of an update; checks that nothing was updated or created.
fn refused(host: &Harness, input: &UpdateAppointmentInput) -> Failure {
    let version = |host: &Harness| -> Vec<_> {
        host.sim().world.rows("appointment").map(|row| (row.id(), row.etag())).collect()
    };
    let before = version(host);
    let failure = host.update_appointment(input).unwrap_err();
    assert_eq!(version(host), before, "{}", failure.message);
    assert!(!failure.may_have_been_applied, "{}", failure.message);
    failure
}

#[test]
fn updates_only_the_given_fields() {
    let host = Harness::new();
    let id = planning(&host);
    let rows = count(&host, "appointment");
    let input = UpdateAppointmentInput { subject: text(" O'Brien: \"go\" "), ..change_of(&id) };
    let changed = host.update_appointment(&input).unwrap();
    assert_eq!(
        (changed.appointment_id, changed.updated_fields),
        (id.clone(), vec!["subject".to_owned()])
    );
    assert_eq!(
        state(&host, &id),
        json!(["O'Brien: \"go\"", "2026-05-04T10:00:00Z", "2026-05-04T11:00:00Z", "Old"])
    );
    assert_eq!(stored(&host, "appointment", &id, "location"), "Room 7");
    assert_eq!(count(&host, "appointment"), rows);
    assert_snapshot!(host.journal().replace(&id, "<id>"), @r#"
    PATCH /api/data/v9.2/appointments(<id>) -> 204
      if-match: *
      {"subject":"O'Brien: \"go\""}
    "#);
}

#[test]
fn updates_everything_in_the_order_of_the_specification() {
    let host = Harness::new();
    let id = planning(&host);
    let answer = host.invoke(
        "update_appointment",
        json!({
            "category": 4,
            "scheduledend": "2026-05-05T12:00:00+02:00",
            "scheduledstart": "2026-05-05T09:00:00Z",
            "subject": "Moved",
            "appointment_id": format!("{{{}}}", id.to_uppercase()),
        }),
    );
    assert_eq!((&answer["success"], &answer["error"]), (&json!(true), &Value::Null));
    assert_eq!(answer["appointment_id"], id.as_str());
    assert_eq!(
        answer["updated_fields"],
        json!(["subject", "scheduledstart", "scheduledend", "category"])
    );
    assert_eq!(
        state(&host, &id),
        json!(["Moved", "2026-05-05T09:00:00Z", "2026-05-05T10:00:00Z", "4"])
    );
}

#[test]
fn names_only_the_fields_that_were_given() {
    for given in
        [vec!["subject", "category"], vec!["scheduledstart", "scheduledend"], vec!["category"]]
    {
        let host = Harness::new();
        let id = planning(&host);
        let mut input = json!({"appointment_id": id, "subject": null});
        for name in &given {
            input[name] = match *name {
                "category" => json!(1),
                "subject" => json!("New"),
                _ => json!("2026-05-04T10:15:00Z"),
            };
        }
        let answer = host.invoke("update_appointment", input);
        assert_eq!(answer["updated_fields"], json!(given), "{answer}");
    }
}

#[test]
fn sends_nothing_without_a_change() {
    let host = Harness::new();
    let failure = refused(&host, &no_change());
    assert_eq!(failure.kind, FailureKind::FixInput);
    assert_eq!(
        failure.message,
        "there is nothing to update (expected `subject`, `scheduledstart`, `scheduledend` or `category`)"
    );
    let nulls = json!({
        "appointment_id": Seed::appointment(0).to_string(),
        "subject": null, "scheduledstart": null, "scheduledend": null, "category": null,
    });
    let answer = host.invoke("update_appointment", nulls);
    assert_eq!((&answer["success"], &answer["error"]), (&json!(false), &json!(failure.message)));
    assert_eq!(host.requests(), 0);
}

#[test]
fn never_creates_an_appointment() {
    let missing = "00000000-0000-0000-0000-000000000001";
    let subject = UpdateAppointmentInput { subject: text("Ghost"), ..change_of(missing) };
    let start = UpdateAppointmentInput {
        scheduledstart: text("2026-05-04T10:00:00Z"),
        ..change_of(missing)
    };
    for (input, asked) in [(subject, "PATCH"), (start, "GET")] {
        let host = Harness::new();
        let failure = refused(&host, &input);
        assert_eq!(failure.kind, FailureKind::NotFound);
        assert_eq!((failure.status, failure.code.as_deref()), (Some(404), Some("0x80040217")));
        assert_eq!(host.requests(), 1);
        assert!(host.journal().starts_with(asked), "{}", host.journal());
    }
}

#[test]
fn checks_a_lone_start_or_end_against_the_stored_other_under_its_etag() {
    let host = Harness::new();
    let id = planning(&host);
    let etag = {
        let sim = host.sim();
        sim.world.rows("appointment").find(|row| row.id().to_string() == id).unwrap().etag()
    };
    let input =
        UpdateAppointmentInput { scheduledend: text("2026-05-04T10:00:00Z"), ..change_of(&id) };
    let changed = host.update_appointment(&input).unwrap();
    assert_eq!(changed.updated_fields, ["scheduledend"]);
    assert_eq!(
        state(&host, &id),
        json!(["Planning", "2026-05-04T10:00:00Z", "2026-05-04T10:00:00Z", "Old"])
    );
    assert_snapshot!(host.journal().replace(&id, "<id>").replace(&etag, "<its etag>"), @r#"
    GET /api/data/v9.2/appointments(<id>)?$select=scheduledstart,scheduledend -> 200
    PATCH /api/data/v9.2/appointments(<id>) -> 204
      if-match: <its etag>
      {"scheduledend":"2026-05-04T10:00:00Z"}
    "#);
}

#[test]
fn refuses_a_lone_start_or_end_on_the_wrong_side_of_the_stored_other() {
    let host = Harness::new();
    let id = planning(&host);
    for (input, message) in [
        (
            UpdateAppointmentInput {
                scheduledstart: text("2026-05-04T13:00:01+02:00"),
                ..change_of(&id)
            },
            "the end must not be before the start (start `2026-05-04T11:00:01Z`, end `2026-05-04T11:00:00Z`)",
        ),
        (
            UpdateAppointmentInput { scheduledend: text("2026-05-04T09:59:59Z"), ..change_of(&id) },
            "the end must not be before the start (start `2026-05-04T10:00:00Z`, end `2026-05-04T09:59:59Z`)",
        ),
    ] {
        host.sim().journal_mut().clear();
        let failure = refused(&host, &input);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::FixInput, message));
        assert_eq!(host.requests(), 1, "it was read and not written");
    }
}

#[test]
fn accepts_any_start_if_no_end_is_stored() {
    let host = Harness::new();
    let id = insert(&host, "appointment", json!({"subject": "Open end"}));
    let start = "2030-01-01T00:00:00Z";
    let input = UpdateAppointmentInput { scheduledstart: text(start), ..change_of(&id) };
    host.update_appointment(&input).unwrap();
    assert_eq!(stored(&host, "appointment", &id, "scheduledstart"), start);
}

#[test]
fn does_not_overwrite_a_change_made_in_the_meantime() {
    let host = Harness::new();
    let id = planning(&host);
    // It reads the row before someone else changes it.
    let read = json!({
        "@odata.etag": "W/\"17\"", "activityid": id,
        "scheduledstart": "2026-05-04T10:00:00Z", "scheduledend": "2026-05-04T18:00:00Z",
    });
    host.sim().next_for("GET", "appointments", Fault::answer(200, read.to_string()));
    let input =
        UpdateAppointmentInput { scheduledstart: text("2026-05-04T15:00:00Z"), ..change_of(&id) };
    let failure = refused(&host, &input);
    assert_eq!(failure.kind, FailureKind::ReadAgain);
    assert_eq!(
        failure.message,
        "the row is not in the expected state (412, `0x80060882`); it says: The version of the existing record doesn't \
         match the RowVersion property provided; read the row again before you repeat"
    );
    assert_eq!(host.requests(), 2);
}

#[test]
fn sends_nothing_for_invalid_input() {
    for (name, value, message) in [
        (
            "appointment_id",
            "17",
            "`appointment_id` is not usable: `17` (expected a GUID such as 00000000-0000-0000-0000-000000000000)",
        ),
        ("subject", "  ", "`subject` must not be blank"),
        (
            "scheduledstart",
            "tomorrow",
            "`scheduledstart` is not usable: `tomorrow` (expected RFC 3339, such as 2026-02-20T12:00:00Z)",
        ),
        (
            "scheduledend",
            "2026-05-04T10:00",
            "`scheduledend` is not usable: `2026-05-04T10:00` (without an offset it means different moments to different \
             people: add `Z` or one such as `+02:00`)",
        ),
        (
            "scheduledend",
            "2026-05-01T10:00:00Z",
            "the end must not be before the start (start `2026-05-02T00:00:00Z`, end `2026-05-01T10:00:00Z`)",
        ),
    ] {
        let host = Harness::new();
        let mut input = UpdateAppointmentInput {
            subject: text("Fine"),
            scheduledstart: text("2026-05-02T00:00:00Z"),
            ..no_change()
        };
        let value = value.to_owned();
        match name {
            "appointment_id" => input.appointment_id = value,
            "subject" => input.subject = Some(value),
            "scheduledstart" => input.scheduledstart = Some(value),
            _ => input.scheduledend = Some(value),
        }
        let failure = refused(&host, &input);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::FixInput, message));
        assert_eq!(host.requests(), 0, "{name}");
    }
    let host = Harness::new();
    let subject = Some("\u{1f600}".repeat(101));
    let failure = refused(&host, &UpdateAppointmentInput { subject, ..no_change() });
    assert!(failure.message.ends_with("(at most 200 characters)"), "{}", failure.message);
    assert_eq!(host.requests(), 0);
}

#[test]
fn writes_a_category_in_the_type_of_its_column() {
    let host = Harness::new();
    let id = planning(&host);
    let input = UpdateAppointmentInput { category: Some(-5), ..change_of(&id) };
    assert_eq!(host.update_appointment(&input).unwrap().updated_fields, ["category"]);
    assert_eq!(stored(&host, "appointment", &id, "category"), "-5");
    assert_eq!(host.requests(), 2);

    for global in [Global::No, Global::Yes] {
        let host = Harness::new().with_secret("appointment_category_column", "new_type");
        let id = planning(&host);
        let options = [(1, "Demo"), (2, "Review")];
        assert!(host.sim().add_choice_column("appointment", "new_type", &options, global));
        let input = UpdateAppointmentInput { category: Some(2), ..change_of(&id) };
        assert_eq!(host.update_appointment(&input).unwrap().updated_fields, ["category"]);
        assert_eq!(stored(&host, "appointment", &id, "new_type"), 2);
        assert_eq!(stored(&host, "appointment", &id, "category"), "Old");
    }
}

#[test]
fn reads_the_stored_times_then_the_column_then_writes() {
    let host = Harness::new();
    let id = planning(&host);
    let input = UpdateAppointmentInput {
        scheduledstart: text("2026-05-04T10:30:00Z"),
        category: Some(9),
        ..change_of(&id)
    };
    let changed = host.update_appointment(&input).unwrap();
    assert_eq!(changed.updated_fields, ["scheduledstart", "category"]);
    let methods: Vec<_> = host.sim().journal().iter().map(|entry| entry.method.clone()).collect();
    assert_eq!(methods, ["GET", "GET", "PATCH"]);
    assert_eq!(
        state(&host, &id),
        json!(["Planning", "2026-05-04T10:30:00Z", "2026-05-04T11:00:00Z", "9"])
    );
}

#[test]
fn reports_a_category_that_is_not_an_option() {
    let host = Harness::new().with_secret("appointment_category_column", "prioritycode");
    let failure = refused(&host, &UpdateAppointmentInput { category: Some(3), ..no_change() });
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(
        failure.message,
        "Dynamics 365 refused the request (400, `0x8004431a`); it says: A validation error occurred. The value 3 of \
         'prioritycode' on record of type 'appointment' is outside the valid range. Accepted Values: 0,1,2"
    );
}

#[test]
fn writes_nothing_when_the_category_has_no_column() {
    let host = Harness::new().with_secret("appointment_category_column", "createdon");
    let input = UpdateAppointmentInput { subject: text("New"), category: Some(1), ..no_change() };
    let failure = refused(&host, &input);
    assert_eq!(failure.kind, FailureKind::FixSettings);
    assert!(failure.message.contains("of the type `DateTime`"), "{}", failure.message);
    assert_eq!(host.requests(), 1);
}

#[test]
fn reports_that_a_closed_appointment_cannot_change() {
    let mut world = World::default();
    world.settings.records.closed_appointments_are_read_only = true;
    let host = Harness::with(world);
    let closed = json!({"subject": "Held", "statecode": 1, "statuscode": 3});
    let id = insert(&host, "appointment", closed);
    let input = UpdateAppointmentInput { subject: text("Not held"), ..change_of(&id) };
    let failure = refused(&host, &input);
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(
        failure.message,
        "the appointment is completed and takes no changes until it is reopened; Dynamics 365 refused the request (400, `0x80040233`); it says: Cannot update Closed or Cancelled Activity"
    );
}
