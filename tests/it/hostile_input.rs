//! Whatever a caller or a server sends, `invoke` returns JSON in the action's form and nothing
//! panics. This runs the component's code natively, where a panic has a message.

use dynamics365_sales::actions::ALL;
use dynamics365_sales::error::MESSAGE_LIMIT;
use dynamics365_sales::http::Response;
use dynamics365_sales::outside::scripted::{Scripted, in_turn};
use dynamics365_sales::plugin::invoke;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::cases;

/// The output for this input when requests get these responses in turn, the last one repeated
/// forever.
fn answered(action: &str, input: &str, responses: &[Response]) -> String {
    let responses: Vec<_> = responses.iter().cloned().map(Ok).collect();
    let mut transport = in_turn(&responses);
    let mut outside = Scripted::new(&[("access_token", "ready-token")]);
    invoke(action, input, outside.outside(&mut transport))
}

fn check(action: &str, answer: &str) -> Result<(), TestCaseError> {
    let answer: Value = match serde_json::from_str(answer) {
        Ok(answer) => answer,
        Err(error) => return Err(TestCaseError::fail(format!("{error}: {answer}"))),
    };
    let success = answer["success"].as_bool();
    prop_assert!(success.is_some(), "{answer}");
    prop_assert_eq!(success == Some(true), answer["error"].is_null(), "{}", answer);
    let error = answer["error"].as_str().unwrap_or_default();
    prop_assert!(error.chars().count() <= MESSAGE_LIMIT && !error.contains("ready-token"));
    let fields = ALL.iter().find(|entry| entry.spec.name == action).map(|e| e.spec.output.len());
    prop_assert_eq!(answer.as_object().map(|a| a.len()), Some(2 + fields.unwrap_or_default()));
    Ok(())
}

const ID: &str = "a56b3f4b-1be7-e611-8101-e0071b6af231";

pub(crate) fn good_input(action: &str) -> Value {
    match action {
        "create_appointment" => json!({"subject": "s", "scheduledstart": "2026-02-20T12:00:00Z",
            "scheduledend": "2026-02-20T12:00:00Z", "regarding_account_id": ID,
            "required_attendee_email": "a@b.c", "category": 1, "idempotency_key": "k"}),
        "create_custom_entity" => {
            json!({"solution_id": ID, "display_name": "d", "primary_attribute": "p"})
        }
        "find_contact" => json!({"name": "n"}),
        "get_account" => json!({"account_id": ID}),
        "search_accounts" => json!({"search_term": "t"}),
        "update_appointment" => {
            json!({"appointment_id": ID, "scheduledend": "2026-02-20T12:00:00Z", "category": 1})
        }
        _ => json!({}),
    }
}

/// Bodies that are empty, almost right, or something else.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "null",
        "true",
        "1",
        "-0.5e9",
        "\\u0000",
        "\\ud800",
        "\"value\":",
        "\"@odata.nextLink\":",
        "\"https://org.crm.dynamics.com/api/data/v9.2/a\"",
        "\"error\":",
        "\"code\":",
        "\"message\":",
        "\"@odata.etag\":\"W/\\\"1\\\"\"",
        "\"systemuserid\":",
        "\"a56b3f4b-1be7-e611-8101-e0071b6af231\"",
        "\"AttributeType\":",
        "\"Picklist\"",
        "\"String\"",
        "\"OptionSet\":",
        "\"Options\":",
        "\"Value\":",
        "é",
        " ",
        "\"uniquename\":\"Sales\"",
        "\"publisherid\":{\"customizationprefix\":\"new\"}",
        "<html>",
    ]);
    let nonsense = vec(pieces, 0..24).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![vec(any::<u8>(), 0..64), nonsense, Just(b"{\"value\":[]}".to_vec())]
}

fn answers() -> impl Strategy<Value = Vec<Response>> {
    let status = prop_oneof![3 => Just(200_u16), 1 => 100..600_u16];
    let header =
        (prop::sample::select(vec!["retry-after", "odata-entityid", "www-authenticate"]), ".*");
    let headers = vec(header.prop_map(|(name, value)| (name.to_owned(), value)), 0..2);
    let one = (status, headers, body()).prop_map(|(status, headers, body)| Response {
        status,
        headers,
        body,
    });
    vec(one, 1..5)
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn answers_any_input_in_the_form_of_the_action(
        at in 0..12_usize,
        input in prop_oneof![".*", body().prop_map(|b| String::from_utf8_lossy(&b).into_owned())],
    ) {
        let action = ALL.get(at).map_or("no_such_action", |entry| entry.spec.name);
        check(action, &answered(action, &input, &[]))?;
    }

    #[test]
    fn answers_whatever_a_server_says_in_the_form_of_the_action(
        at in 0..11_usize,
        answers in answers(),
    ) {
        let action = ALL[at].spec.name;
        check(action, &answered(action, &good_input(action).to_string(), &answers))?;
    }

    #[test]
    fn answers_any_value_of_a_field(at in 0..11_usize, which in any::<prop::sample::Index>(), value in ".*") {
        let action = ALL[at].spec.name;
        let params = ALL[at].spec.parameters;
        prop_assume!(!params.is_empty());
        let mut input = good_input(action);
        input[params[which.index(params.len())].name] = Value::String(value);
        check(action, &answered(action, &input.to_string(), &[]))?;
    }
}
