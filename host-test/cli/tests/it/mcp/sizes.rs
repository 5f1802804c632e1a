//! The length of results: the table of docs/mcp.md.

use serde_json::{Value, json};

use super::pipe::Pipe;

/// The forms of results, in the order of the table's columns.
const WAYS: [&[&str]; 3] = [&["--full", "--structured"], &["--full"], &[]];

#[test]
fn the_table_of_the_page_is_measured() {
    let ways = WAYS.map(measured);
    let [before, whole, now] = &ways;
    let rows = before.iter().zip(whole).zip(now);
    let rows = rows.map(|(((tool, before), (_, whole)), (_, now))| {
        assert!(now < before, "{tool}");
        format!("| {tool} | {} | {} | {} |\n", grouped(*before), grouped(*whole), grouped(*now))
    });
    let table = format!(
        "| Tool | Before | `--full` | Now |\n| --- | ---: | ---: | ---: |\n{}",
        rows.collect::<String>()
    );
    let page = include_str!("../../../../../docs/mcp.md");
    assert!(
        page.contains(&format!("\n\n{table}\n")),
        "docs/mcp.md should have this table:\n{table}"
    );
}

/// The number of characters in each tool's result.
fn measured(options: &[&str]) -> Vec<(String, usize)> {
    let mut pipe = Pipe::open_with(options);
    let account =
        &pipe.told_by("search_accounts", json!({"search_term": "contoso"}))["accounts"][0];
    let account = account["accountid"].clone();
    let solutions = pipe.told_by("list_solution_id_options", json!({}))["solutions"].take();
    let is_contosos = |solution: &&Value| solution["label"] == "Contoso Sales";
    let solution = &solutions.as_array().unwrap().iter().find(is_contosos).unwrap()["value"];
    let appointment = json!({
        "subject": "Kick-off",
        "scheduledstart": "2026-12-10T08:00:00Z",
        "scheduledend": "2026-12-10T08:30:00Z",
        "regarding_account_id": account,
        "required_attendee_email": "ann.baker@contoso.com",
    });
    let appointments = pipe.told_by("list_appointments", json!({"records_per_page": 1}));
    let change = json!({"appointment_id": appointments["appointments"][0]["activityid"], "subject": "Lunch"});
    let columns = json!({"Day": {"type": "date"}});
    let table = json!({
        "solution_id": solution,
        "display_name": "Site Visit",
        "primary_attribute": "Visitor",
        "additional_attributes": columns,
    });
    let calls = [
        ("create_appointment", "", appointment),
        ("create_custom_entity", "", table),
        ("find_contact", " (`name` \"a\")", json!({"name": "a"})),
        ("get_account", "", json!({"account_id": account})),
        ("list_accounts", "", json!({})),
        ("list_appointment_categories", "", json!({})),
        ("list_appointment_category_options", "", json!({})),
        ("list_appointments", "", json!({})),
        ("list_solution_id_options", "", json!({})),
        ("search_accounts", " (\"o\")", json!({"search_term": "o"})),
        ("update_appointment", "", change),
    ];
    let lengths = calls.map(|(tool, how, arguments)| {
        let result = pipe.written(tool, arguments);
        assert!(result.contains(r#""isError":false"#), "{result}");
        (format!("`{tool}`{how}"), result.chars().count())
    });
    lengths.to_vec()
}

/// `1,234`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}
