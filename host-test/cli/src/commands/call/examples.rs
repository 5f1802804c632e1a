//! Examples of calls that run as printed against the simulator.

use serde_json::Value;

use crate::commands::effect::only_reads;

/// An example of a call, with all required parameters and the interesting optional ones.
pub(super) fn example(action: &Value) -> String {
    let name = action["name"].as_str().unwrap_or_default();
    let schema = &action["input_schema"];
    let is_required = |parameter: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|name| name == parameter))
    };
    let mut line = format!("dynamics365-sales call {name}");
    if !only_reads(name) {
        line.push_str(" --simulator");
    }
    for (parameter, _) in schema["properties"].as_object().into_iter().flatten() {
        let parameter = parameter.as_str();
        if is_required(parameter) || is_worth_reading(name, parameter) {
            let flag = parameter.replace('_', "-");
            line.push_str(&format!(" --{flag} {}", value(name, parameter)));
        }
    }
    line
}

/// Whether an optional parameter is in the example.
fn is_worth_reading(action: &str, parameter: &str) -> bool {
    matches!(
        (action, parameter),
        ("find_contact", "name")
            | ("list_accounts" | "list_appointments", "filter" | "records_per_page")
            | ("update_appointment", "subject")
    )
}

/// A parameter's value in an example, quoted for a shell; rows are the simulator's.
fn value(action: &str, parameter: &str) -> &'static str {
    match (action, parameter) {
        (_, "account_id" | "regarding_account_id") => "0480c2cd-4063-4642-ae18-b4f1b78ad9d3",
        (_, "appointment_id") => "ae49d05e-b723-46d7-9ef7-56a6b29289e1",
        (_, "solution_id") => "d03b6807-49f9-4134-81d6-f7c994627d8b",
        (_, "search_term") => "contoso",
        ("update_appointment", "subject") => "'Coffee machine demo, postponed'",
        (_, "subject") => "'Coffee machine demo'",
        (_, "scheduledstart") => "2026-12-10T09:00:00+01:00",
        (_, "scheduledend") => "2026-12-10T09:30:00+01:00",
        (_, "required_attendee_email") => "ann.baker@contoso.com",
        (_, "display_name") => "'Bank Account'",
        (_, "primary_attribute") => "'Account Name'",
        ("list_appointments", "filter") => "'scheduledstart ge 2026-02-16T00:00:00Z'",
        (_, "filter") => "'statecode eq 0'",
        (_, "records_per_page") => "3",
        (_, "name") => "ann",
        _ => "…",
    }
}
