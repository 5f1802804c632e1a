//! `list_appointments`

use dataverse_sim::{Seed, World};
use host_test::Harness;
use host_test::actions::{FailureKind, ListAppointmentsInput};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::inputs::appointments;
use crate::support::insert;

/// An organization with this many appointments, an hour apart.
fn with_appointments(appointments: usize) -> Harness {
    Harness::with(World::new(&Seed { appointments, ..Seed::bare() }))
}

fn listed(host: &Harness, input: &ListAppointmentsInput) -> Vec<Value> {
    let rows = host.list_appointments(input).unwrap();
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn subjects(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["subject"].as_str().unwrap()).collect()
}

fn most(count: i32) -> ListAppointmentsInput {
    ListAppointmentsInput { records_per_page: Some(count), ..appointments() }
}

fn filtered(filter: &str) -> ListAppointmentsInput {
    ListAppointmentsInput { filter: Some(filter.to_owned()), ..appointments() }
}

#[test]
fn lists_the_latest_start_first_regardless_of_creation() {
    let host = with_appointments(0);
    for (subject, start) in [
        ("Second", json!("2026-05-04T10:00:00Z")),
        ("Undated", Value::Null),
        ("First", json!("2026-05-04T10:00:01Z")),
        ("Third", json!("2025-12-31T23:59:59Z")),
    ] {
        insert(&host, "appointment", json!({"subject": subject, "scheduledstart": start}));
    }
    let rows = listed(&host, &appointments());
    assert_eq!(subjects(&rows), ["First", "Second", "Third", "Undated"]);
    assert!(rows[3].as_object().unwrap().len() > 50, "all columns: {}", rows[3]);
}

#[test]
fn lists_25_in_one_request_by_default() {
    let host = with_appointments(30);
    let rows = listed(&host, &appointments());
    let newest: Vec<_> = (5..30).rev().map(|n| Seed::appointment(n).to_string()).collect();
    let ids: Vec<_> = rows.iter().map(|row| row["activityid"].as_str().unwrap()).collect();
    assert_eq!(ids, newest);
    assert_snapshot!(host.journal(), @"
    GET /api/data/v9.2/appointments?$orderby=scheduledstart desc -> 200
      prefer: odata.maxpagesize=25
    ");
}

#[test]
fn lists_exactly_the_requested_number_if_enough_exist() {
    let host = with_appointments(101);
    for (asked, found) in [(1, 1), (99, 99), (100, 100)] {
        host.sim().journal_mut().clear();
        assert_eq!(listed(&host, &most(asked)).len(), found);
        assert_eq!(host.requests(), 1, "{asked}");
    }
    assert_eq!(listed(&with_appointments(3), &most(100)).len(), 3);
    assert_eq!(listed(&with_appointments(0), &most(100)).len(), 0);
}

#[test]
fn sends_nothing_for_less_than_1_or_more_than_100() {
    for count in [0, -1, 101, i32::MIN, i32::MAX] {
        let host = Harness::new();
        let failure = host.list_appointments(&most(count)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixInput);
        assert_eq!(
            failure.message,
            format!("`records_per_page` is not usable: `{count}` (expected 1 to 100)")
        );
        assert_eq!(host.requests(), 0);
    }
}

#[test]
fn lists_only_what_matches_the_filter() {
    let host = Harness::new();
    for (subject, state, status) in [("Filtered: held", 1, 3), ("Filtered: open", 0, 1)] {
        insert(
            &host,
            "appointment",
            json!({"subject": subject, "statecode": state, "statuscode": status}),
        );
    }
    let named = "startswith(subject,'Filtered: ')";
    for (filter, found) in [
        (format!("{named} and statecode eq 1"), vec!["Filtered: held"]),
        (format!("{named} and (statecode eq 0 or statecode eq 3)"), vec!["Filtered: open"]),
        ("subject eq 'O''Brien: (none)'".to_owned(), vec![]),
    ] {
        assert_eq!(subjects(&listed(&host, &filtered(&filter))), found, "{filter}");
    }
}

#[test]
fn sends_every_character_of_a_filter() {
    let host = Harness::new();
    for subject in
        ["A+B & C = \u{e4}?", "#1; 50%25", "line\u{2028}\u{1f4c5}/\\\"x\"", "O''Neil, (x"]
    {
        insert(&host, "appointment", json!({"subject": subject.replace("''", "'")}));
        let rows = listed(&host, &filtered(&format!("subject eq '{subject}'")));
        assert_eq!(subjects(&rows), [subject.replace("''", "'")]);
    }
}

#[test]
fn returns_rows_unchanged() {
    let host = with_appointments(0);
    insert(&host, "appointment", json!({"subject": "Abroad", "exchangerate": 1.5}));
    let [row] = &host.list_appointments(&appointments()).unwrap()[..] else { panic!("one row") };
    assert!(row.contains("\"exchangerate\":1.5000000000"), "every digit: {row}");
    let answer = host.invoke_text("list_appointments", "{}");
    assert!(answer.contains(row.as_str()), "{answer}");
}

#[test]
fn puts_the_filter_into_parentheses_beside_the_order() {
    let host = Harness::new();
    let both = ListAppointmentsInput {
        records_per_page: Some(2),
        ..filtered("subject eq 'Product demo'")
    };
    listed(&host, &both);
    assert_snapshot!(host.journal(), @"
    GET /api/data/v9.2/appointments?$orderby=scheduledstart desc&$filter=(subject eq 'Product demo') -> 200
      prefer: odata.maxpagesize=2
    ");
}

#[test]
fn treats_a_blank_filter_as_none() {
    let host = with_appointments(2);
    let answer =
        host.invoke("list_appointments", json!({"filter": "  ", "records_per_page": null}));
    assert_eq!((&answer["success"], &answer["error"]), (&json!(true), &Value::Null));
    assert_eq!(answer["appointments"].as_array().unwrap().len(), 2);
    assert!(!host.journal().contains("$filter"), "{}", host.journal());
}

#[test]
fn sends_nothing_for_a_filter_that_could_affect_other_conditions() {
    for filter in
        ["statecode eq 0) or (1 eq 1", "subject eq 'x", "(statecode eq 0", "statecode\u{0}eq 0"]
    {
        let host = Harness::new();
        let failure = host.list_appointments(&filtered(filter)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixInput, "{filter}");
        assert!(failure.message.starts_with("`filter` is not usable: `"), "{}", failure.message);
        assert_eq!(host.requests(), 0, "{filter}");
    }
}

#[test]
fn keeps_a_filter_from_adding_a_query_option() {
    let host = with_appointments(3);
    let sneaky = filtered("subject ne 'x&$top=1#' and subject ne '+%26$top=1'");
    assert_eq!(listed(&host, &sneaky).len(), 3);
}

#[test]
fn reports_a_filter_on_an_unknown_column() {
    let host = Harness::new();
    let failure = host.list_appointments(&filtered("colour eq 'red'")).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(failure.status, Some(400));
    assert_snapshot!(failure.message, @"Dynamics 365 refused the request (400, `0x80060888`); it says: Could not find a property named 'colour' on type 'Microsoft.Dynamics.CRM.appointment'.");
    let answer = host.invoke("list_appointments", json!({"filter": "colour eq 'red'"}));
    assert_eq!((&answer["success"], &answer["error"]), (&json!(false), &json!(failure.message)));
}
