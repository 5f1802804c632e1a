//! `create_appointment`

use dataverse_sim::{Choice, Column, ColumnType, Fault, Global, Seed, Told, When, World};
use host_test::Harness;
use host_test::actions::{CreateAppointmentInput, Failure, FailureKind};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::inputs::kick_off;
use crate::support::{count, insert, stored};

/// The number of appointments in the default world.
const SEEDED: usize = 12;

fn created(host: &Harness, input: &CreateAppointmentInput) -> String {
    host.create_appointment(input).unwrap().appointment_id
}

/// The failure of an appointment; checks that none was created.
fn refused(host: &Harness, input: &CreateAppointmentInput) -> Failure {
    let before = count(host, "appointment");
    let failure = host.create_appointment(input).unwrap_err();
    assert_eq!(count(host, "appointment"), before, "{}", failure.message);
    assert!(!failure.may_have_been_applied, "{}", failure.message);
    failure
}

/// The requests, with names for the ids.
fn journal(host: &Harness, id: &str) -> String {
    let named = host.journal().replace(id, "<new id>");
    let named = named.replace(&Seed::account(0).to_string(), "<account>");
    named.replace(&Seed::user(1).to_string(), "<user>")
}

fn attended_by(email: &str) -> CreateAppointmentInput {
    CreateAppointmentInput { required_attendee_email: email.to_owned(), ..kick_off() }
}

fn of_category(category: i32) -> CreateAppointmentInput {
    CreateAppointmentInput { category: Some(category), ..kick_off() }
}

#[test]
fn creates_the_appointment() {
    let host = Harness::new();
    let made = host.create_appointment(&kick_off()).unwrap();
    let id = made.appointment_id.as_str();
    let of = |column| stored(&host, "appointment", id, column);
    assert_eq!(of("subject"), "Kick-off");
    assert_eq!(of("scheduledstart"), "2026-02-20T12:00:00Z");
    assert_eq!(of("scheduledend"), "2026-02-20T12:30:00Z");
    assert_eq!(of("_regardingobjectid_value"), Seed::account(0).to_string());
    assert_eq!(of("category"), Value::Null);
    assert_eq!(count(&host, "appointment"), SEEDED + 1);
    assert_eq!(
        made.deep_link,
        format!(
            "https://org12345.crm.dynamics.com/main.aspx?etn=appointment&pagetype=entityrecord&id={id}"
        )
    );
    let row: Value = serde_json::from_str(&made.appointment).unwrap();
    assert_eq!(row["activityid"], id);
    assert_eq!(row["subject"], "Kick-off");
    assert!(row.as_object().unwrap().len() > 50, "all columns: {row}");
}

#[test]
fn looks_up_the_attendee_and_writes_once_under_its_own_id() {
    let host = Harness::new();
    let id = created(&host, &kick_off());
    assert_snapshot!(journal(&host, &id), @r#"
    GET /api/data/v9.2/systemusers?$select=systemuserid,fullname,internalemailaddress,domainname,isdisabled&$filter=(internalemailaddress eq 'ann.baker@contoso.com' or domainname eq 'ann.baker@contoso.com') -> 200
    PATCH /api/data/v9.2/appointments(<new id>) -> 201
      prefer: return=representation
      if-none-match: *
      {"subject":"Kick-off","scheduledstart":"2026-02-20T12:00:00Z","scheduledend":"2026-02-20T12:30:00Z","regardingobjectid_account_appointment@odata.bind":"/accounts(<account>)","appointment_activity_parties":[{"partyid_systemuser@odata.bind":"/systemusers(<user>)","participationtypemask":5}]}
    "#);
}

#[test]
fn invites_the_user_as_required_attendee() {
    let host = Harness::new();
    let id = created(&host, &kick_off());
    let sim = host.sim();
    let parties = sim.world.rows("activityparty").filter(|party| {
        party.get("_activityid_value").guid().map(|id| id.to_string()).as_deref()
            == Some(id.as_str())
            && party.get("participationtypemask").number() == Some(5)
    });
    let invited: Vec<_> = parties.map(|party| party.get("_partyid_value").guid()).collect();
    assert_eq!(invited, [Some(Seed::user(1))]);
}

#[test]
fn returns_id_link_and_row_through_the_json_interface() {
    let host = Harness::new();
    let input = json!({
        "subject": "Kick-off",
        "scheduledstart": "2026-02-20T12:00:00Z",
        "scheduledend": "2026-02-20T12:30:00Z",
        "regarding_account_id": Seed::account(0).to_string(),
        "required_attendee_email": "ann.baker@contoso.com",
        "category": null,
    });
    let answer = host.invoke("create_appointment", input);
    assert_eq!((&answer["success"], &answer["error"]), (&json!(true), &Value::Null));
    let id = answer["appointment_id"].as_str().unwrap();
    assert!(answer["deep_link"].as_str().unwrap().ends_with(id), "{answer}");
    assert_eq!(answer["appointment"]["activityid"], id);
    assert_eq!(stored(&host, "appointment", id, "subject"), "Kick-off");
}

#[test]
fn creates_another_appointment_each_time() {
    let host = Harness::new();
    let (first, second) = (created(&host, &kick_off()), created(&host, &kick_off()));
    assert_ne!(first, second);
    assert_eq!(count(&host, "appointment"), SEEDED + 2);
}

#[test]
fn never_changes_a_row_that_already_has_the_new_id() {
    // Runs are identical, including random bytes, so the id is known in advance.
    let id = created(&Harness::new(), &kick_off());
    let host = Harness::new();
    insert(&host, "appointment", json!({"activityid": id, "subject": "Theirs"}));
    let failure = host.create_appointment(&kick_off()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::ReadAgain);
    assert_eq!((failure.status, failure.code.as_deref()), (Some(412), Some("0x80040237")));
    // It may also be its own row, changed by a plug-in.
    assert!(failure.may_have_been_applied, "{failure:?}");
    assert_eq!(count(&host, "appointment"), SEEDED + 1);
    assert_eq!(stored(&host, "appointment", &id, "subject"), "Theirs");
}

#[test]
fn keeps_the_time_whatever_its_offset() {
    let host = Harness::new();
    let id = created(
        &host,
        &CreateAppointmentInput {
            subject: "  \u{1f4c5} O'Brien & \"Sons\" <100%>  ".to_owned(),
            scheduledstart: "2026-03-01T00:30:00+02:00".to_owned(),
            scheduledend: "2026-02-28t22:30:00.900z".to_owned(),
            regarding_account_id: format!("{{{}}}", Seed::account(1).to_string().to_uppercase()),
            ..kick_off()
        },
    );
    let of = |column| stored(&host, "appointment", &id, column);
    assert_eq!(of("subject"), "\u{1f4c5} O'Brien & \"Sons\" <100%>");
    assert_eq!(of("scheduledstart"), "2026-02-28T22:30:00Z");
    assert_eq!(of("scheduledend"), "2026-02-28T22:30:00Z");
    assert_eq!(of("_regardingobjectid_value"), Seed::account(1).to_string());
}

#[test]
fn finds_an_attendee_with_an_apostrophe_and_in_any_case() {
    for (email, user) in [
        ("o'brien@contoso.com", 2),
        (" ANN.Baker@Contoso.com ", 1),
        // An address that is not a sign-in name, and a sign-in name that is not an address.
        ("mara.keller@contoso.com", 6),
        ("MKeller@contoso.onmicrosoft.com", 6),
    ] {
        let host = Harness::new();
        let id = created(&host, &attended_by(email));
        let sim = host.sim();
        let invited = sim.world.rows("activityparty").any(|party| {
            party.get("_activityid_value").guid().map(|id| id.to_string()) == Some(id.clone())
                && party.get("_partyid_value").guid() == Some(Seed::user(user))
                && party.get("participationtypemask").number() == Some(5)
        });
        assert!(invited, "{email}");
    }
}

#[test]
fn skips_a_disabled_user_with_the_same_address() {
    let host = Harness::new();
    let (address, disabled) = ("ann.baker@contoso.com", true);
    insert(
        &host,
        "systemuser",
        json!({"fullname": "Ann Before", "internalemailaddress": address, "isdisabled": disabled}),
    );
    created(&host, &kick_off());
    assert_eq!(host.requests(), 2);
}

#[test]
fn distinguishes_an_unknown_attendee_a_disabled_one_and_several() {
    for (email, kind, message) in [
        (
            "nobody@contoso.com",
            FailureKind::NotFound,
            "there is no system user with the e-mail address or sign-in name `nobody@contoso.com`",
        ),
        (
            // A wildcard elsewhere, but not in an address.
            "ann%@contoso.com",
            FailureKind::NotFound,
            "there is no system user with the e-mail address or sign-in name `ann%@contoso.com`",
        ),
        (
            "disabled@contoso.com",
            FailureKind::AskAdministrator,
            "the system user with the e-mail address or sign-in name `disabled@contoso.com` is disabled; ask an \
             administrator",
        ),
        (
            "shared@contoso.com",
            FailureKind::FixInput,
            "2 enabled system users have the e-mail address or sign-in name `shared@contoso.com`: Twin One, Twin Two \
             (expected exactly one)",
        ),
    ] {
        let host = Harness::new();
        let failure = refused(&host, &attended_by(email));
        assert_eq!((failure.kind, failure.message.as_str()), (kind, message));
        assert_eq!(host.requests(), 1, "{email}: only the users were asked for");
    }
}

#[test]
fn sends_nothing_for_invalid_input() {
    let with = |change: fn(&mut CreateAppointmentInput)| {
        let mut input = kick_off();
        change(&mut input);
        input
    };
    for (input, message) in [
        (with(|input| input.subject = " \t".to_owned()), "`subject` must not be blank".to_owned()),
        (
            with(|input| input.subject = "x".repeat(201)),
            format!("`subject` is not usable: `{}…` (at most 200 characters)", "x".repeat(99)),
        ),
        (
            with(|input| input.scheduledstart = "2026-02-20T12:00:00".to_owned()),
            "`scheduledstart` is not usable: `2026-02-20T12:00:00` (without an offset it means different moments to \
             different people: add `Z` or one such as `+02:00`)"
                .to_owned(),
        ),
        (
            with(|input| input.scheduledend = "2026-02-20".to_owned()),
            "`scheduledend` is not usable: `2026-02-20` (a date alone is not enough: expected a time and an offset too, \
             such as 2026-02-20T12:00:00Z)"
                .to_owned(),
        ),
        (
            with(|input| input.scheduledend = "2026-02-30T12:00:00Z".to_owned()),
            "`scheduledend` is not usable: `2026-02-30T12:00:00Z` (that day does not exist)".to_owned(),
        ),
        (
            with(|input| input.scheduledend = "2026-02-20T12:00:00+01:00".to_owned()),
            "the end must not be before the start (start `2026-02-20T12:00:00Z`, end `2026-02-20T11:00:00Z`)"
                .to_owned(),
        ),
        (
            with(|input| input.regarding_account_id = "x)/contacts".to_owned()),
            "`regarding_account_id` is not usable: `x)/contacts` (expected a GUID such as \
             00000000-0000-0000-0000-000000000000)"
                .to_owned(),
        ),
        (
            with(|input| input.required_attendee_email = "Ann Baker".to_owned()),
            "`required_attendee_email` is not usable: `Ann Baker` (expected an e-mail address such as \
             ann@contoso.com)"
                .to_owned(),
        ),
    ] {
        let host = Harness::new();
        let failure = refused(&host, &input);
        assert_eq!((failure.kind, failure.message), (FailureKind::FixInput, message));
        assert_eq!(host.requests(), 0);
    }
}

#[test]
fn reports_an_unknown_account() {
    let host = Harness::new();
    let regarding_account_id = "00000000-0000-0000-0000-000000000001".to_owned();
    let failure = refused(&host, &CreateAppointmentInput { regarding_account_id, ..kick_off() });
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert_snapshot!(failure.message, @"not found in Dynamics 365 (404, `0x80040217`); it says: Entity 'account' With Id = 00000000-0000-0000-0000-000000000001 Does Not Exist");
}

#[test]
fn writes_the_digits_of_a_category_into_a_text_column() {
    let host = Harness::new();
    let id = created(&host, &of_category(7));
    assert_eq!(stored(&host, "appointment", &id, "category"), "7");
    assert_snapshot!(journal(&host, &id), @r#"
    GET /api/data/v9.2/systemusers?$select=systemuserid,fullname,internalemailaddress,domainname,isdisabled&$filter=(internalemailaddress eq 'ann.baker@contoso.com' or domainname eq 'ann.baker@contoso.com') -> 200
    GET /api/data/v9.2/EntityDefinitions(LogicalName='appointment')/Attributes(LogicalName='category')?$select=LogicalName,AttributeType,AttributeTypeName -> 200
    PATCH /api/data/v9.2/appointments(<new id>) -> 201
      prefer: return=representation
      if-none-match: *
      {"subject":"Kick-off","scheduledstart":"2026-02-20T12:00:00Z","scheduledend":"2026-02-20T12:30:00Z","category":"7","regardingobjectid_account_appointment@odata.bind":"/accounts(<account>)","appointment_activity_parties":[{"partyid_systemuser@odata.bind":"/systemusers(<user>)","participationtypemask":5}]}
    "#);
}

#[test]
fn writes_the_number_of_a_category_into_a_choice() {
    for global in [Global::No, Global::Yes] {
        let host = Harness::new();
        let options = [(100_000_000, "Demo"), (100_000_001, "Review")];
        assert!(host.sim().add_choice_column("appointment", "category", &options, global));
        let id = created(&host, &of_category(100_000_001));
        assert_eq!(stored(&host, "appointment", &id, "category"), 100_000_001);
        assert_eq!(host.requests(), 3);
    }
}

#[test]
fn writes_the_category_into_the_column_of_the_setting() {
    for (column, kind, category, written) in [
        ("new_type", ColumnType::Choice, 2, json!(2)),
        ("new_tags", ColumnType::MultiChoice, 2, json!("2")),
        ("new_rank", ColumnType::Integer, -2, json!(-2)),
        ("new_rank64", ColumnType::BigInt, 2, json!(2)),
        ("new_note", ColumnType::Memo, -2, json!("-2")),
    ] {
        let host = Harness::with(world_with(column, kind))
            .with_secret("appointment_category_column", column);
        let id = created(&host, &of_category(category));
        assert_eq!(stored(&host, "appointment", &id, column), written, "{column}");
        assert_eq!(stored(&host, "appointment", &id, "category"), Value::Null, "{column}");
    }
}

/// A world whose appointments have this column; if it is a choice, of `Low` (1) and `High` (2).
fn world_with(column: &str, kind: ColumnType) -> World {
    let mut world = World::default();
    let mut made = Column::new(column, kind);
    if matches!(made.kind, ColumnType::Choice | ColumnType::MultiChoice) {
        made.choices = [(1, "Low"), (2, "High")]
            .map(|(value, label)| Choice { value, label: label.to_owned() })
            .into();
    }
    let table = world.schema.tables.get_mut("appointment").unwrap();
    table.columns.insert(column.to_owned(), made);
    world
}

#[test]
fn reports_a_category_that_is_not_an_option() {
    let host = Harness::new();
    let options = [(1, "Demo"), (2, "Review")];
    assert!(host.sim().add_choice_column("appointment", "category", &options, Global::No));
    let failure = refused(&host, &of_category(3));
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(
        failure.message,
        "Dynamics 365 refused the request (400, `0x8004431a`); it says: A validation error occurred. The value 3 of \
         'category' on record of type 'appointment' is outside the valid range. Accepted Values: 1,2"
    );
}

#[test]
fn creates_nothing_when_the_category_has_no_column() {
    let host = Harness::new().with_secret("appointment_category_column", "new_missing");
    let failure = refused(&host, &of_category(1));
    assert_eq!(failure.kind, FailureKind::FixSettings);
    assert!(failure.message.contains("has no column `new_missing`"), "{}", failure.message);
    assert!(!host.journal().contains("PATCH"), "{}", host.journal());
}

#[test]
fn reads_no_column_without_a_category() {
    let host = Harness::new().with_secret("appointment_category_column", "new_missing");
    created(&host, &kick_off());
    assert_eq!(host.requests(), 2);
}

/// A response with this status and no body, after the appointment was created.
fn bare_answer(status: u16) -> Fault {
    match Fault::answer(status, "") {
        Fault::Answer(answer) => Fault::AnswerAfterCommit(answer),
        other => other,
    }
}

#[test]
fn reads_the_appointment_when_the_response_lacks_it() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", bare_answer(204));
    let made = host.create_appointment(&kick_off()).unwrap();
    let row: Value = serde_json::from_str(&made.appointment).unwrap();
    assert_eq!(
        (&row["activityid"], &row["subject"]),
        (&json!(made.appointment_id), &json!("Kick-off"))
    );
    assert_eq!(count(&host, "appointment"), SEEDED + 1);
    assert_eq!(host.requests(), 3);
}

#[test]
fn succeeds_when_the_appointment_is_created_but_cannot_be_read() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", bare_answer(204));
    host.sim().next_for("GET", "appointments", Fault::Forbidden);
    let made = host.create_appointment(&kick_off()).unwrap();
    assert_eq!(made.appointment, json!({"activityid": made.appointment_id}).to_string());
    assert_eq!(stored(&host, "appointment", &made.appointment_id, "subject"), "Kick-off");
}

/// An organization that behaves otherwise.
fn with(settings: &[(&str, &str)]) -> Harness {
    let host = Harness::new();
    for (name, value) in settings {
        host.sim().world.settings.set_by_name(name, value).unwrap();
    }
    host
}

fn methods(host: &Harness) -> Vec<String> {
    host.sim().journal().iter().map(|entry| entry.method.to_string()).collect()
}

#[test]
fn creates_it_by_a_post_where_the_form_of_a_patch_is_refused() {
    for form in ["refused-with-parties", "not-allowed"] {
        let host = with(&[("create_by_patch", form)]);
        let id = created(&host, &kick_off());
        assert_eq!(stored(&host, "appointment", &id, "subject"), "Kick-off");
        assert_eq!(methods(&host), ["GET", "PATCH", "POST"], "{form}");
        // After a lost response it looks up the id before any retry.
        for (fault, sent) in [
            (Fault::Reset(When::AfterCommit), &["GET", "PATCH", "POST", "GET"][..]),
            (Fault::Reset(When::BeforeCommit), &["GET", "PATCH", "POST", "GET", "GET", "POST"]),
            (Fault::throttled_after_commit(5), &["GET", "PATCH", "POST", "POST", "GET"]),
        ] {
            let host = with(&[("create_by_patch", form)]);
            host.sim().next_for("POST", "appointments", fault);
            created(&host, &kick_off());
            assert_eq!(count(&host, "appointment"), SEEDED + 1, "{form}");
            assert_eq!(methods(&host), sent, "{form}");
        }
        // A key also gives one appointment this way.
        let key = Some("run-7".to_owned());
        let keyed = CreateAppointmentInput { idempotency_key: key, ..kick_off() };
        assert_eq!(created(&host, &keyed), created(&host, &keyed));
    }
}

/// An organization that refuses the form of the PATCH, and passes over the id that a POST chooses.
fn with_ids_of_its_own() -> Harness {
    with(&[("create_by_patch", "not-allowed"), ("chosen_ids_are_taken", "false")])
}

#[test]
fn gives_the_id_that_the_organization_chose() {
    let chosen = created(&Harness::new(), &kick_off());
    // Runs are identical, including random bytes, so the id is known in advance.
    let given = created(&with_ids_of_its_own(), &kick_off());
    let mut bare = bare_answer(204);
    if let Fault::AnswerAfterCommit(answer) = &mut bare {
        let url = format!("https://org12345.crm.dynamics.com/api/data/v9.2/appointments({given})");
        answer.headers_mut().insert("odata-entityid", url.parse().unwrap());
    }
    for (fault, sent) in [
        (None, &["GET", "PATCH", "POST"][..]),
        // Without a body, under the id of a header.
        (Some(bare), &["GET", "PATCH", "POST", "GET"]),
    ] {
        let host = with_ids_of_its_own();
        if let Some(fault) = fault {
            host.sim().next_for("POST", "appointments", fault);
        }
        let made = host.create_appointment(&kick_off()).unwrap();
        assert_ne!(made.appointment_id, chosen);
        assert_eq!(stored(&host, "appointment", &made.appointment_id, "subject"), "Kick-off");
        assert!(made.deep_link.ends_with(&made.appointment_id), "{}", made.deep_link);
        let row: Value = serde_json::from_str(&made.appointment).unwrap();
        assert_eq!(row["activityid"], made.appointment_id);
        assert_eq!(count(&host, "appointment"), SEEDED + 1);
        assert_eq!(methods(&host), sent);
    }
    // A PATCH names the id in its address.
    let host = with(&[("chosen_ids_are_taken", "false")]);
    assert_eq!(created(&host, &kick_off()), chosen);
}

#[test]
fn sends_no_second_post_where_the_first_may_have_made_it_under_another_id() {
    let host = with_ids_of_its_own();
    host.sim().next_for("POST", "appointments", Fault::Reset(When::AfterCommit));
    let failure = host.create_appointment(&kick_off()).unwrap_err();
    assert!(failure.may_have_been_applied, "{failure:?}");
    assert_eq!(methods(&host), ["GET", "PATCH", "POST", "GET", "GET"]);
    assert_eq!(count(&host, "appointment"), SEEDED + 1);
    // Nor is an id said that nobody has confirmed.
    let host = with_ids_of_its_own();
    host.sim().next_for("POST", "appointments", bare_answer(204));
    assert!(host.create_appointment(&kick_off()).unwrap_err().may_have_been_applied);
    assert_eq!(count(&host, "appointment"), SEEDED + 1);
    // Nor where nobody can tell.
    let host = with_ids_of_its_own();
    host.sim().next_for("POST", "appointments", Fault::Reset(When::BeforeCommit));
    host.sim().tell(Told::always(Fault::Forbidden).resource("appointments").method("GET"));
    assert!(host.create_appointment(&kick_off()).unwrap_err().may_have_been_applied);
    assert_eq!(count(&host, "appointment"), SEEDED);
    // Where the first made nothing, the second may be sent.
    let host = with_ids_of_its_own();
    host.sim().next_for("POST", "appointments", Fault::Reset(When::BeforeCommit));
    created(&host, &kick_off());
    assert_eq!(count(&host, "appointment"), SEEDED + 1);
}

/// The answer to a PATCH does not hold the parties, so that it costs a request to know:
/// docs/limits.md.
#[test]
fn does_not_know_whether_an_organization_passed_over_the_attendee() {
    let host = with(&[("create_by_patch_takes_parties", "false")]);
    let id = created(&host, &kick_off());
    let sim = host.sim();
    let invited = sim.world.rows("activityparty").any(|party| {
        party.get("_activityid_value").guid().map(|id| id.to_string()) == Some(id.clone())
            && party.get("participationtypemask").number() == Some(5)
    });
    assert!(!invited);
}

#[test]
fn sends_a_decision_once() {
    for fault in [Fault::plug_in(400), Fault::plug_in_failure(400), Fault::duplicate(400)] {
        let host = Harness::new();
        host.sim().tell(Told::always(fault).resource("appointments"));
        refused(&host, &kick_off());
        assert_eq!(host.requests(), 2, "{}", host.journal());
    }
}

#[test]
fn reports_a_time_out_of_range() {
    let host = Harness::new();
    let scheduledstart = "1600-01-01T00:00:00Z".to_owned();
    let failure = refused(&host, &CreateAppointmentInput { scheduledstart, ..kick_off() });
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(
        failure.message,
        "Dynamics 365 refused the request (400, `0x80040239`); it says: The date-time format is invalid, or value is \
         outside the supported range."
    );
}
