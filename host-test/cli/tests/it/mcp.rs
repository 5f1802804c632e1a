//! `mcp`, as a client of the protocol meets it: the built binary, over real pipes.
//!
//! Here by a client that only knows lines of JSON; `mcp/independent.rs` has clients that others
//! wrote.

mod answers;
mod http;
mod independent;
mod organization;
pub(crate) mod pipe;
mod protocol;
mod schemas;
mod seen;
mod served;
mod sizes;
mod tasks;

use dataverse_sim::Fault;
use host_test::{Connector, Settings};
use serde_json::{Value, json};

use organization::Organization;
use pipe::Pipe;

use crate::support::simulator::simulator;

fn manifest() -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let connector = Connector::new(Settings::default()).unwrap();
    serde_json::from_str(&runtime.block_on(connector.describe()).unwrap()).unwrap()
}

#[test]
fn a_tool_says_whether_it_writes_and_what_a_repetition_does() {
    let mut pipe = Pipe::open(&[]);
    let listed = pipe.ask("tools/list", json!({}));
    for tool in listed["result"]["tools"].as_array().unwrap() {
        let expected = match tool["name"].as_str().unwrap() {
            "create_appointment" | "create_custom_entity" => {
                json!({"readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": true})
            }
            "update_appointment" => {
                json!({"readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": true})
            }
            _ => json!({"readOnlyHint": true, "openWorldHint": true}),
        };
        assert_eq!(tool["annotations"], expected, "{}", tool["name"]);
    }
}

#[test]
fn a_simulated_organization_is_called_one_in_the_instructions_and_on_stderr() {
    let mut pipe = Pipe::start(&[]);
    let itself = pipe.initialize();
    assert_eq!(itself["serverInfo"]["name"], "dynamics365-sales");
    assert!(itself["instructions"].as_str().unwrap().contains("NOT a real organization"));
    let (_, stderr, _) = pipe.close();
    assert!(stderr.contains("built-in simulator"), "{stderr}");
}

#[test]
fn an_organization_of_the_environment_is_named_in_the_instructions() {
    let (server, token) = simulator();
    let mut pipe = Pipe::start(&[("instance_url", &server.url()), ("access_token", &token)]);
    let itself = pipe.initialize();
    let instructions = itself["instructions"].as_str().unwrap();
    assert!(instructions.contains(&server.url()), "{instructions}");
    assert!(!instructions.contains("NOT a real organization"), "{instructions}");
    let title = itself["serverInfo"]["title"].as_str().unwrap();
    assert_eq!(title, format!("Microsoft Dynamics 365 Sales ({})", server.url()));
}

#[test]
fn wrong_credentials_end_it_before_a_client_meets_them() {
    let (server, _) = simulator();
    let secrets = [("instance_url", server.url()), ("access_token", "wrong".to_owned())];
    let secrets = secrets.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (rest, stderr, status) = Pipe::start(&secrets).close();
    assert_eq!((rest.len(), status), (0, Some(1)), "{stderr}");
    assert!(stderr.contains("error: "), "{stderr}");
}

#[test]
fn an_unknown_tool_is_a_protocol_error() {
    let mut pipe = Pipe::open(&[]);
    let answer = pipe.ask("tools/call", json!({"name": "get_acount", "arguments": {}}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let said = answer["error"]["message"].as_str().unwrap();
    assert!(said.starts_with(
        "unknown tool `get_acount` (did you mean get_account? expected one of: create_"
    ));
}

#[test]
fn who_asks_for_progress_is_told_of_each_request_and_of_what_holds_it_up() {
    let (server, token) = simulator();
    let mut pipe = Pipe::open(&[("instance_url", &server.url()), ("access_token", &token)]);
    server.dataverse().next(Fault::throttled(1));
    let with_progress = json!({
        "name": "list_appointment_categories",
        "arguments": {},
        "_meta": {"progressToken": "mine"},
    });
    let answer = pipe.ask("tools/call", with_progress);
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    let told = pipe.told("notifications/progress");
    let words: Vec<&str> = told.iter().map(|told| told["message"].as_str().unwrap()).collect();
    assert_eq!(words.len(), 4, "{words:?}");
    assert!(words[0].starts_with("request 1: GET /api/data/v9.2/EntityDefinitions"), "{words:?}");
    assert_eq!(words[1], "request 1 was answered 429: Dynamics 365 asks to wait 1 s");
    assert!(words[2].starts_with("request 2: GET /api/data/v9.2/EntityDefinitions"), "{words:?}");
    assert_eq!(words[3], "request 3: GET /api/data/v9.2/appointments");
    for (told, number) in told.iter().zip(1..) {
        assert_eq!(told["progressToken"], "mine");
        assert_eq!(told["progress"].as_f64(), Some(f64::from(number)));
    }
}

#[test]
fn who_does_not_ask_for_progress_is_told_nothing() {
    let mut pipe = Pipe::open(&[]);
    pipe.call("list_accounts", json!({}));
    assert!(pipe.told("notifications/progress").is_empty());
}

#[test]
fn a_cancelled_call_ends_with_its_connection_and_the_server_goes_on() {
    let organization = Organization::new();
    let mut pipe = organization.open();
    let id = pipe.send("tools/call", json!({"name": "list_accounts", "arguments": {}}));
    let waiting = organization.request();
    let cancel = json!({"requestId": id, "reason": "the user changed their mind"});
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancel});
    pipe.say(&cancel.to_string());
    assert!(waiting.until_abandoned());

    let next = pipe.send("tools/call", json!({"name": "list_accounts", "arguments": {}}));
    organization.request().answer(r#"{"value": []}"#);
    assert_eq!(pipe.answer(next)["result"]["isError"], false);
    let (rest, stderr, status) = pipe.close();
    assert!(rest.iter().all(|message| message["id"] != id), "a cancelled call was answered");
    assert!(stderr.contains("list_accounts: cancelled"), "{stderr}");
    assert!(!stderr.contains("t0ken"), "{stderr}");
    assert_eq!(status, Some(0));
}

#[test]
fn calls_go_on_side_by_side() {
    let organization = Organization::new();
    let mut pipe = organization.open();
    let call = json!({"name": "list_accounts", "arguments": {}});
    let ids = [pipe.send("tools/call", call.clone()), pipe.send("tools/call", call)];
    // Both are sent before either is answered.
    let waiting = [organization.request(), organization.request()];
    for request in waiting {
        request.answer(r#"{"value": []}"#);
    }
    for id in ids {
        assert_eq!(pipe.answer(id)["result"]["isError"], false);
    }
}

#[test]
fn ends_well_when_stdin_ends() {
    let (rest, stderr, status) = Pipe::open(&[]).close();
    assert_eq!((rest.len(), status), (0, Some(0)), "{stderr}");
    let (rest, stderr, status) = Pipe::start(&[]).close();
    assert_eq!((rest.len(), status), (0, Some(0)), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}
