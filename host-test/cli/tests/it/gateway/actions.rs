//! The eleven actions, over HTTP.

use dataverse_sim::Seed;
use host_test::Harness;
use serde_json::{Value, json};

use super::host::Gateway;

fn inputs(gateway: &Gateway) -> Vec<(&'static str, Value)> {
    let sim = gateway.sim();
    let mut solutions = sim.world.rows("solution");
    let solution = solutions.find(|row| row.text("uniquename") == Some("ContosoSales")).unwrap();
    let account = Seed::account(0).to_string();
    let kick_off = json!({
        "subject": "Kick-off",
        "scheduledstart": "2026-02-20T12:00:00Z",
        "scheduledend": "2026-02-20T12:30:00Z",
        "regarding_account_id": account,
        "required_attendee_email": "ann.baker@contoso.com",
    });
    let table = json!({
        "solution_id": solution.id().to_string(),
        "display_name": "Bank Account",
        "primary_attribute": "Account Name",
    });
    let change = json!({"appointment_id": Seed::appointment(0).to_string(), "subject": "Later"});
    vec![
        ("create_appointment", kick_off),
        ("create_custom_entity", table),
        ("find_contact", json!({"name": "a"})),
        ("get_account", json!({ "account_id": account })),
        ("list_accounts", json!({})),
        ("list_appointment_categories", json!({})),
        ("list_appointment_category_options", json!({})),
        ("list_appointments", json!({})),
        ("list_solution_id_options", json!({})),
        ("search_accounts", json!({"search_term": "contoso"})),
        ("update_appointment", change),
    ]
}

#[test]
fn succeed_with_the_output_of_invoke() {
    for (action, input) in inputs(&Gateway::new()) {
        let answer = Gateway::new().act(action, &input);
        assert_eq!(answer.status(), 200, "{action}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let (answer, invoked) = (answer.json(), Harness::new().invoke(action, input));
        assert_eq!(members(&answer), members(&invoked), "{action}");
        assert_eq!(answer["success"], true);
    }
}

fn members(answer: &Value) -> Vec<&String> {
    answer.as_object().unwrap().keys().collect()
}

#[test]
fn are_those_of_the_manifest() {
    let gateway = Gateway::new();
    let manifest = gateway.ask("GET", "/actions").json();
    let named = manifest["actions"].as_array().unwrap().iter();
    let named: Vec<_> = named.map(|action| action["name"].as_str().unwrap()).collect();
    let tried: Vec<_> = inputs(&gateway).into_iter().map(|(action, _)| action).collect();
    assert_eq!(named, tried);
}
