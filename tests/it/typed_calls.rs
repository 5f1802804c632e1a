//! The typed functions are the JSON interface with types: each field is where `wit/` has it, in
//! arguments and results.
//!
//! `component/src/canonical.rs` and `exports.rs` place the fields by hand, so each field has a
//! distinct value here.

use dataverse_sim::{Seed, Told};
use host_test::Harness;
use host_test::actions::{
    Category, CategoryType, CategoryValue, CreateAppointmentInput, CreateCustomEntityInput,
    Failure, FailureKind, FindContactInput, GetAccountInput, ListAccountsInput,
    ListAppointmentsInput, SearchAccountsInput, UpdateAppointmentInput,
};
use serde_json::{Value, json};

use crate::inputs::{contoso_solution, kick_off, least_inputs};
use crate::support::answering;

/// A complete input for each action, with distinct values.
fn inputs() -> Vec<(&'static str, Value)> {
    let more = |action: &str| match action {
        "create_appointment" => json!({"category": 7, "idempotency_key": "key 8"}),
        "create_custom_entity" => json!({
            "solution_id": contoso_solution(&Harness::new()),
            "language_code": 1033,
            "additional_attributes": [{"name": "Balance", "type": "money"}],
            "description": "What a bank keeps",
            "has_activities": true,
            "has_notes": false,
        }),
        "find_contact" => json!({"name": "a", "filter": "statecode eq 0"}),
        "list_accounts" => json!({"filter": "statecode eq 0", "records_per_page": 3}),
        "list_appointments" => json!({"filter": "statecode eq 0", "records_per_page": 4}),
        "update_appointment" => json!({
            "subject": "Moved",
            "scheduledstart": "2027-03-01T09:00:00Z",
            "scheduledend": "2027-03-01T10:00:00Z",
            "category": 9,
        }),
        _ => json!({}),
    };
    let mut inputs = least_inputs(&Harness::new());
    for (action, input) in &mut inputs {
        for (name, value) in more(action).as_object().unwrap() {
            input[name.as_str()] = value.clone();
        }
    }
    inputs
}

/// Calls the typed function of this name and writes its result like `invoke`.
fn typed(host: &Harness, action: &str, input: &Value) -> Result<Value, Failure> {
    let optional = |name: &str| input[name].as_str().map(str::to_owned);
    let text = |name: &str| optional(name).unwrap_or_default();
    let number = |name: &str| input[name].as_i64().map(|number| number.try_into().unwrap());
    let rows = |rows: Vec<String>| rows.iter().map(|row| parse(row)).collect::<Value>();
    Ok(match action {
        "create_appointment" => {
            let created = host.create_appointment(&CreateAppointmentInput {
                subject: text("subject"),
                scheduledstart: text("scheduledstart"),
                scheduledend: text("scheduledend"),
                regarding_account_id: text("regarding_account_id"),
                required_attendee_email: text("required_attendee_email"),
                category: number("category"),
                idempotency_key: optional("idempotency_key"),
            })?;
            json!({
                "appointment_id": created.appointment_id,
                "deep_link": created.deep_link,
                "appointment": parse(&created.appointment),
            })
        }
        "create_custom_entity" => {
            let attributes = &input["additional_attributes"];
            let created = host.create_custom_entity(&CreateCustomEntityInput {
                solution_id: text("solution_id"),
                display_name: text("display_name"),
                primary_attribute: text("primary_attribute"),
                language_code: number("language_code"),
                additional_attributes: attributes.is_array().then(|| attributes.to_string()),
                description: optional("description"),
                has_activities: input["has_activities"].as_bool(),
                has_notes: input["has_notes"].as_bool(),
            })?;
            json!({"entity": parse(&created)})
        }
        "find_contact" => {
            let (contact_id, name) = (optional("contact_id"), optional("name"));
            let filter = optional("filter");
            let found = host.find_contact(&FindContactInput { contact_id, name, filter })?;
            json!({"contacts": rows(found)})
        }
        "get_account" => {
            let account = host.get_account(&GetAccountInput { account_id: text("account_id") })?;
            json!({"account": parse(&account)})
        }
        "list_accounts" => {
            let (filter, records_per_page) = (optional("filter"), number("records_per_page"));
            let found = host.list_accounts(&ListAccountsInput { filter, records_per_page })?;
            json!({"accounts": rows(found)})
        }
        "list_appointment_categories" => {
            let found = host.list_appointment_categories()?;
            let category_type = match found.category_type {
                CategoryType::Picklist => "picklist",
                CategoryType::Text => "text",
            };
            json!({"category_type": category_type, "categories": options(found.categories)})
        }
        "list_appointment_category_options" => {
            json!({"options": options(host.list_appointment_category_options()?)})
        }
        "list_appointments" => {
            let (filter, records_per_page) = (optional("filter"), number("records_per_page"));
            let input = ListAppointmentsInput { filter, records_per_page };
            json!({"appointments": rows(host.list_appointments(&input)?)})
        }
        "list_solution_id_options" => {
            let options = host.list_solution_id_options()?;
            let options = options.iter().map(|it| json!({"value": it.value, "label": it.label}));
            json!({"solutions": options.collect::<Value>()})
        }
        "search_accounts" => {
            let input = SearchAccountsInput { search_term: text("search_term") };
            json!({"accounts": rows(host.search_accounts(&input)?)})
        }
        "update_appointment" => {
            let updated = host.update_appointment(&UpdateAppointmentInput {
                appointment_id: text("appointment_id"),
                subject: optional("subject"),
                scheduledstart: optional("scheduledstart"),
                scheduledend: optional("scheduledend"),
                category: number("category"),
            })?;
            json!({
                "appointment_id": updated.appointment_id,
                "updated_fields": updated.updated_fields,
            })
        }
        other => panic!("no typed function of the name {other}"),
    })
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn options(categories: Vec<Category>) -> Value {
    let option = |category: Category| match category.value {
        CategoryValue::Number(number) => json!({"value": number, "label": category.label}),
        CategoryValue::Text(text) => json!({"value": text, "label": category.label}),
    };
    categories.into_iter().map(option).collect()
}

/// Panics unless both interfaces send the same requests and return the same output.
fn are_one(column: &str, action: &str, input: &Value) {
    let organization = || Harness::new().with_secret("appointment_category_column", column);
    let (by_type, by_name) = (organization(), organization());
    let given = typed(&by_type, action, input);
    let mut invoked = by_name.invoke(action, input.clone());
    assert_eq!(by_type.journal(), by_name.journal(), "{action} {input}");
    let members = invoked.as_object_mut().unwrap();
    let success = members.remove("success").unwrap();
    let error = members.remove("error").unwrap_or_default();
    match given {
        Ok(given) => assert_eq!((success, given), (json!(true), invoked), "{action} {input}"),
        Err(failure) => assert_eq!(error, json!(failure.message), "{action} {input}"),
    }
}

#[test]
fn send_and_return_the_same_as_the_json_interface() {
    for (action, input) in inputs() {
        // A text, and a choice.
        for column in ["category", "prioritycode"] {
            are_one(column, action, &input);
        }
        for name in input.as_object().unwrap().keys() {
            let mut without = input.clone();
            without.as_object_mut().unwrap().remove(name);
            // A required field cannot be omitted in a typed record.
            let is_required = least_inputs(&Harness::new())
                .iter()
                .any(|(least, input)| *least == action && input.get(name).is_some());
            if !is_required || action == "find_contact" {
                are_one("category", action, &without);
            }
        }
    }
}

#[test]
fn return_every_field_of_a_failure() {
    let host = Harness::new();
    host.sim().tell(
        Told::always(answering(
            503,
            &[("retry-after", "301"), ("req_id", "request-2")],
            r#"{"error":{"code":"0x80040303","message":"No 4"}}"#,
        ))
        .resource("appointments"),
    );
    let failure = host.create_appointment(&kick_off()).unwrap_err();
    let id = failure.row_id.clone().unwrap();
    assert!(failure.message.starts_with("Dynamics") && failure.message.contains("No 4"));
    assert!(failure.message.contains(&id));
    let Failure { kind, status, code, request_id, retry_after_seconds, .. } = failure;
    assert_eq!(
        (kind, status, code.as_deref(), request_id.as_deref(), retry_after_seconds),
        (FailureKind::Wait, Some(503), Some("0x80040303"), Some("request-2"), Some(301))
    );
    assert!(failure.may_have_been_applied);
    let failure = host.get_account(&GetAccountInput { account_id: "none".into() }).unwrap_err();
    assert_eq!(failure.kind, FailureKind::FixInput);
    assert_eq!((failure.status, failure.code, failure.request_id), (None, None, None));
    assert_eq!((failure.retry_after_seconds, failure.row_id), (None, None));
    assert!(!failure.may_have_been_applied);
}

#[test]
fn return_every_field_of_a_connection() {
    let host = Harness::new();
    let [user, unit, organization] = [1, 2, 3].map(|n| Seed::account(n).to_string());
    let body = json!({"UserId": user, "BusinessUnitId": unit, "OrganizationId": organization});
    host.sim().next(answering(200, &[], &body.to_string()));
    let connection = host.check_connection().unwrap();
    assert_eq!(
        (connection.user_id, connection.business_unit_id, connection.organization_id),
        (user, unit, organization)
    );
}
