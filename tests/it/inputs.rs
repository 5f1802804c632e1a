//! Valid inputs, in which a scenario changes what matters.
#![allow(dead_code, reason = "each scenario takes what it needs")]

use dataverse_sim::Seed;
use host_test::actions::{
    CreateAppointmentInput, CreateCustomEntityInput, FindContactInput, GetAccountInput,
    ListAccountsInput, ListAppointmentsInput, SearchAccountsInput, UpdateAppointmentInput,
};
use serde_json::{Value, json};

/// Id of the solution `Contoso Sales` in the default world.
pub(crate) fn contoso_solution(host: &host_test::Harness) -> String {
    let sim = host.sim();
    let mut solutions = sim.world.rows("solution");
    let found = solutions.find(|row| row.text("uniquename") == Some("ContosoSales"));
    found.map(|row| row.id().to_string()).unwrap_or_default()
}

/// Half an hour with Ann Baker, regarding the first account.
pub(crate) fn kick_off() -> CreateAppointmentInput {
    CreateAppointmentInput {
        subject: "Kick-off".to_owned(),
        scheduledstart: "2026-02-20T12:00:00Z".to_owned(),
        scheduledend: "2026-02-20T12:30:00Z".to_owned(),
        regarding_account_id: Seed::account(0).to_string(),
        required_attendee_email: "ann.baker@contoso.com".to_owned(),
        category: None,
        idempotency_key: None,
    }
}

/// An update of the first appointment, without changes yet.
pub(crate) fn no_change() -> UpdateAppointmentInput {
    UpdateAppointmentInput {
        appointment_id: Seed::appointment(0).to_string(),
        subject: None,
        scheduledstart: None,
        scheduledend: None,
        category: None,
    }
}

/// The table `Bank Account` in the solution `Contoso Sales`.
pub(crate) fn bank_account(host: &host_test::Harness) -> CreateCustomEntityInput {
    CreateCustomEntityInput {
        solution_id: contoso_solution(host),
        display_name: "Bank Account".to_owned(),
        primary_attribute: "Account Name".to_owned(),
        language_code: None,
        additional_attributes: None,
        description: None,
        has_activities: None,
        has_notes: None,
    }
}

/// A search without conditions yet.
pub(crate) fn any_contact() -> FindContactInput {
    FindContactInput { contact_id: None, name: None, filter: None }
}

/// The n-th account.
pub(crate) fn account(n: usize) -> GetAccountInput {
    GetAccountInput { account_id: Seed::account(n).to_string() }
}

/// The first accounts.
pub(crate) fn accounts() -> ListAccountsInput {
    ListAccountsInput { filter: None, records_per_page: None }
}

/// The newest appointments.
pub(crate) fn appointments() -> ListAppointmentsInput {
    ListAppointmentsInput { filter: None, records_per_page: None }
}

/// The accounts with this text in their name.
pub(crate) fn search(term: &str) -> SearchAccountsInput {
    SearchAccountsInput { search_term: term.to_owned() }
}

/// The minimal valid input of each action, for behaviours common to all.
pub(crate) fn least_inputs(host: &host_test::Harness) -> Vec<(&'static str, Value)> {
    vec![
        (
            "create_appointment",
            json!({
                "subject": "Kick-off",
                "scheduledstart": "2026-02-20T12:00:00Z",
                "scheduledend": "2026-02-20T12:30:00Z",
                "regarding_account_id": Seed::account(0).to_string(),
                "required_attendee_email": "ann.baker@contoso.com",
            }),
        ),
        (
            "create_custom_entity",
            json!({
                "solution_id": contoso_solution(host),
                "display_name": "Bank Account",
                "primary_attribute": "Account Name",
            }),
        ),
        ("find_contact", json!({"contact_id": Seed::contact(0).to_string()})),
        ("get_account", json!({"account_id": Seed::account(0).to_string()})),
        ("list_accounts", json!({})),
        ("list_appointment_categories", json!({})),
        ("list_appointment_category_options", json!({})),
        ("list_appointments", json!({})),
        ("list_solution_id_options", json!({})),
        ("search_accounts", json!({"search_term": "Contoso"})),
        (
            "update_appointment",
            json!({"appointment_id": Seed::appointment(0).to_string(), "subject": "Moved"}),
        ),
    ]
}
