//! The number of requests of each call, as in the README's table; a stored token costs none.

use std::fs;
use std::path::Path;

use dataverse_sim::Seed;
use host_test::Harness;
use serde_json::{Value, json};

use crate::inputs::least_inputs;

/// Inputs beyond the minimal one, and their requests.
fn with_more(host: &Harness) -> Vec<(&'static str, Value, usize)> {
    let contact = Seed::contact(0).to_string();
    let appointment = Seed::appointment(0).to_string();
    let least = least_inputs(host);
    let with = |action: &str, more: Value| {
        let (_, mut input) = least.iter().find(|(name, _)| *name == action).unwrap().clone();
        for (name, value) in more.as_object().unwrap() {
            input[name.as_str()] = value.clone();
        }
        input
    };
    let at = |time: &str| format!("2027-03-01T{time}:00Z");
    vec![
        ("create_appointment", with("create_appointment", json!({"category": 7})), 3),
        (
            "create_custom_entity",
            with(
                "create_custom_entity",
                json!({"additional_attributes": [{"name": "Balance", "type": "money"}], "has_notes": true}),
            ),
            3,
        ),
        (
            "find_contact",
            json!({"contact_id": contact, "name": "a", "filter": "statecode eq 0"}),
            1,
        ),
        ("list_accounts", json!({"filter": "statecode eq 0", "records_per_page": 5000}), 1),
        ("list_appointments", json!({"filter": "statecode eq 0", "records_per_page": 100}), 1),
        (
            "update_appointment",
            json!({"appointment_id": appointment, "subject": "x", "scheduledend": at("10:00")}),
            2,
        ),
        (
            "update_appointment",
            json!({"appointment_id": appointment, "scheduledstart": at("09:00"), "scheduledend": at("10:00")}),
            1,
        ),
        ("update_appointment", json!({"appointment_id": appointment, "category": 7}), 2),
        (
            "update_appointment",
            json!({"appointment_id": appointment, "category": 7, "scheduledend": at("10:00")}),
            3,
        ),
    ]
}

/// The column `requests` of the README's table.
fn readme(action: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(path).unwrap();
    let start = format!("| `{action}` |");
    let row = text.lines().find(|line| line.starts_with(&start)).unwrap();
    row.split('|').nth(3).unwrap().trim().to_owned()
}

#[test]
fn for_the_minimal_input_match_the_first_number_in_the_readme() {
    for (action, input) in least_inputs(&Harness::new()) {
        let host = Harness::new();
        let answer = host.invoke(action, input);
        assert_eq!(answer["success"], true, "{action}: {answer}");
        let requests = readme(action);
        let first = requests.split(',').next().unwrap();
        assert_eq!(host.requests().to_string(), first, "{action}\n{}", host.journal());
    }
}

#[test]
fn for_more_input_match_the_readme() {
    assert_eq!(readme("create_appointment"), "2, with `category` 3");
    assert_eq!(
        readme("update_appointment"),
        "1, with one end of the time 2, with `category` one more"
    );
    for (action, input, requests) in with_more(&Harness::new()) {
        let host = Harness::new();
        let answer = host.invoke(action, input.clone());
        assert_eq!(answer["success"], true, "{action} {input}: {answer}");
        assert_eq!(host.requests(), requests, "{action} {input}\n{}", host.journal());
    }
}

#[test]
fn include_one_for_a_token_once_per_hour() {
    for (action, input) in least_inputs(&Harness::new()) {
        let host = Harness::new().sign_in_with_client_credentials();
        assert_eq!(host.invoke(action, input)["success"], true, "{action}");
        let first: usize = readme(action).split(',').next().unwrap().parse().unwrap();
        assert_eq!(host.requests(), first + 1, "{action}\n{}", host.journal());
        host.sim().journal_mut().clear();
        assert_eq!(
            host.invoke("get_account", json!({"account_id": Seed::account(0).to_string()}))["success"],
            true
        );
        assert_eq!(host.requests(), 1, "{action}");
    }
}

#[test]
fn of_a_connection_check_are_one() {
    let host = Harness::new();
    host.check_connection().unwrap();
    assert_eq!(host.journal(), "GET /api/data/v9.2/WhoAmI -> 200");
}
