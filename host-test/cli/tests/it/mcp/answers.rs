//! The results of calls: lean and limited unless the whole is requested, and failures with advice.

use serde_json::{Value, json};

use super::pipe::Pipe;
use crate::support::simulator::simulator;

#[test]
fn output_comes_once_and_without_uninformative_members() {
    let mut pipe = Pipe::open(&[]);
    let result = pipe.call("search_accounts", json!({"search_term": "o'brien"}));
    assert_eq!(result["isError"], false);
    assert!(result.get("structuredContent").is_none(), "{result}");
    let text = result["content"][0]["text"].as_str().unwrap();
    let answer: Value = serde_json::from_str(text).unwrap();
    assert_eq!(answer["accounts"][0]["name"], "O'Brien & Sons");
    assert!(!text.contains("null") && !text.contains("@odata"), "{text}");
}

#[test]
fn whole_output_is_the_components() {
    let mut pipe = Pipe::open_with(&["--full"]);
    let answer = pipe.told_by("search_accounts", json!({"search_term": "o'brien"}));
    assert!(answer["accounts"][0]["@odata.etag"].is_string(), "{answer}");
    assert_eq!(answer["error"], Value::Null);
}

fn kick_off(account: &Value) -> Value {
    json!({
        "subject": "Kick-off",
        "scheduledstart": "2026-12-10T08:00:00Z",
        "scheduledend": "2026-12-10T08:30:00Z",
        "regarding_account_id": account,
        "required_attendee_email": "ann.baker@contoso.com",
    })
}

#[test]
fn lookups_and_choices_have_their_display_names() {
    let mut pipe = Pipe::open(&[]);
    let found = pipe.told_by("search_accounts", json!({"search_term": "contoso"}));
    let (row, id) = (&found["accounts"][0], &found["accounts"][0]["_primarycontactid_value"]);
    let contact = pipe.told_by("find_contact", json!({"contact_id": id}));
    assert_eq!(row["_primarycontactid_value_text"], contact["contacts"][0]["fullname"], "{row}");
    let account = pipe.told_by("get_account", json!({"account_id": row["accountid"]}));
    assert_eq!(account["account"]["statecode"], 0);
    assert_eq!(account["account"]["statecode_text"], "Active");
    let made = pipe.told_by("create_appointment", kick_off(&row["accountid"]));
    assert_eq!(made["appointment"]["_regardingobjectid_value_text"], "Contoso Ltd", "{made}");
    assert!(made["appointment"].get("scheduledstart_text").is_none(), "{made}");
}

#[test]
fn formatted_values_are_requested_with_other_preferences_if_rows_are_returned() {
    let preferences = |options: &[&str]| {
        let (server, _) = simulator();
        let (url, client) = (server.url(), server.dataverse().client());
        let secrets = [
            ("instance_url", url.as_str()),
            ("tenant_id", &client.tenant_id),
            ("client_id", &client.client_id),
            ("client_secret", &client.client_secret),
        ];
        let mut pipe = Pipe::start_with(options, &secrets);
        pipe.initialize();
        let found = pipe.told_by("list_accounts", json!({"records_per_page": 2}));
        let made = pipe.told_by("create_appointment", kick_off(&found["accounts"][0]["accountid"]));
        let change = json!({"appointment_id": made["appointment_id"], "subject": "Lunch"});
        assert_eq!(pipe.told_by("update_appointment", change)["success"], true);
        let dataverse = server.dataverse();
        let lines = dataverse.journal().iter().map(|entry| {
            let resource = entry.path.rsplit('/').next().unwrap();
            let resource = resource.split('(').next().unwrap();
            format!("{} {resource}: {}", entry.method, entry.header("prefer").unwrap_or("-"))
        });
        lines.collect::<Vec<String>>().join("\n")
    };
    insta::assert_snapshot!(preferences(&[]), @r#"
    POST token: -
    GET WhoAmI: odata.include-annotations="OData.Community.Display.V1.FormattedValue"
    GET accounts: odata.maxpagesize=2,odata.include-annotations="OData.Community.Display.V1.FormattedValue"
    GET systemusers: odata.include-annotations="OData.Community.Display.V1.FormattedValue"
    PATCH appointments: return=representation,odata.include-annotations="OData.Community.Display.V1.FormattedValue"
    PATCH appointments: -
    "#);
    insta::assert_snapshot!(preferences(&["--full"]), @"
    POST token: -
    GET WhoAmI: -
    GET accounts: odata.maxpagesize=2
    GET systemusers: -
    PATCH appointments: return=representation
    PATCH appointments: -
    ");
}

#[test]
fn a_long_list_says_how_much_is_omitted_and_how_to_narrow() {
    let mut pipe = Pipe::open(&[]);
    let answer = pipe.told_by("find_contact", json!({"filter": "statecode eq 0"}));
    let rows = answer["contacts"].as_array().unwrap().len();
    let left = &answer["left_out"];
    assert!(rows > 10, "{rows}");
    assert_eq!(left["rows"].as_u64().unwrap() + rows as u64, left["of"].as_u64().unwrap());
    assert!(left["advice"].as_str().unwrap().starts_with("narrow with a longer `name`"), "{left}");
    assert!(answer.to_string().len() < 41_000);
}

#[test]
fn structured_content_has_the_digits_and_the_text_of_the_output() {
    let mut pipe = Pipe::open_with(&["--structured"]);
    let result = pipe.call("search_accounts", json!({"search_term": "o'brien"}));
    let text = result["content"][0]["text"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), result["structuredContent"]);
}

#[test]
fn a_failure_says_its_kind_and_what_to_do() {
    let mut pipe = Pipe::open(&[]);
    for (tool, arguments, kind) in [
        ("get_account", json!({"account_id": "x"}), "fix-input"),
        ("get_account", json!({"account": "x"}), "fix-input"),
        ("list_accounts", json!({"records_per_page": "many"}), "fix-input"),
        ("list_accounts", json!({"filter": "nosuchcolumn eq 1"}), "refused"),
        ("get_account", json!({"account_id": "00000000-0000-0000-0000-00000000dead"}), "not-found"),
    ] {
        let result = pipe.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        let answer: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(answer["success"], false);
        assert!(answer["error"].is_string(), "{answer}");
        assert_eq!(answer["failure"]["kind"], kind, "{answer}");
        assert_eq!(answer["failure"]["may_be_repeated"], false);
        assert!(answer["failure"]["advice"].is_string(), "{answer}");
    }
}
