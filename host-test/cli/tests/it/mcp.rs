//! `mcp`, as a client of the protocol meets it: the built binary, over real pipes.
//!
//! Here by a client that only knows lines of JSON; `mcp/independent.rs` has clients that others wrote.

mod independent;
mod organization;
mod pipe;

use dataverse_sim::{Clock, Dataverse, Fault, Seed, Server, World};
use host_test::{Connector, Settings};
use serde_json::{Value, json};

use organization::Organization;
use pipe::Pipe;

/// The simulator behind a socket, and a token for it.
fn simulator() -> (Server, String) {
    let mut world = World::new(&Seed::default());
    world.clock = Clock::System;
    let mut dataverse = Dataverse::new(world);
    let token = dataverse.issue_token();
    (Server::start(dataverse, 0).unwrap(), token)
}

fn manifest() -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let connector = Connector::new(Settings::default()).unwrap();
    serde_json::from_str(&runtime.block_on(connector.describe()).unwrap()).unwrap()
}

#[test]
fn every_action_of_the_manifest_is_a_tool() {
    let mut pipe = Pipe::open(&[]);
    let listed = pipe.ask("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap();
    let manifest = manifest();
    let actions = manifest["actions"].as_array().unwrap();
    assert_eq!(tools.len(), actions.len());
    for (tool, action) in tools.iter().zip(actions) {
        assert_eq!(tool["name"], action["name"]);
        assert_eq!(tool["description"], action["description"]);
        assert_eq!(tool["inputSchema"], action["input_schema"]);
        assert_eq!(tool["outputSchema"], action["output_schema"]);
        assert!(tool["title"].is_string(), "{tool}");
    }
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
}

#[test]
fn a_result_is_there_as_text_and_in_its_structure() {
    let mut pipe = Pipe::open(&[]);
    let result = pipe.call("search_accounts", json!({"search_term": "o'brien"}));
    assert_eq!(result["isError"], false);
    assert_eq!(result["structuredContent"]["success"], true);
    assert_eq!(result["structuredContent"]["accounts"][0]["name"], "O'Brien & Sons");
    let text = result["content"][0]["text"].as_str().unwrap();
    let text: Value = serde_json::from_str(text).unwrap();
    assert_eq!(text, result["structuredContent"]);
}

#[test]
fn arguments_may_be_left_out_where_none_are_needed() {
    let mut pipe = Pipe::open(&[]);
    let answer = pipe.ask("tools/call", json!({"name": "list_appointment_categories"}));
    assert_eq!(answer["result"]["structuredContent"]["success"], true, "{answer}");
}

#[test]
fn a_failure_is_a_result_in_the_form_of_the_specification() {
    let mut pipe = Pipe::open(&[]);
    for (tool, arguments) in [
        ("get_account", json!({"account_id": "x"})),
        ("get_account", json!({"account_id": "00000000-0000-0000-0000-00000000dead"})),
        ("get_account", json!({"account": "x"})),
        ("list_accounts", json!({"records_per_page": "many"})),
    ] {
        let result = pipe.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        assert_eq!(result["structuredContent"]["success"], false);
        assert!(result["structuredContent"]["error"].is_string(), "{result}");
    }
}

#[test]
fn a_tool_that_there_is_not_is_an_error_of_the_protocol() {
    let mut pipe = Pipe::open(&[]);
    let answer = pipe.ask("tools/call", json!({"name": "get_acount", "arguments": {}}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let said = answer["error"]["message"].as_str().unwrap();
    assert!(said.starts_with("unknown tool `get_acount` (expected one of: create_appointment, "));
}

#[test]
fn a_line_that_is_no_message_does_not_end_it() {
    let mut pipe = Pipe::open(&[]);
    pipe.say("{");
    pipe.say(r#"{"jsonrpc": "2.0", "id": 7000, "method": "tools/call", "params": {"name": 1}}"#);
    let result = pipe.call("list_accounts", json!({"records_per_page": 1}));
    assert_eq!(result["isError"], false);
}

#[test]
fn who_asks_for_progress_is_told_of_each_request_and_of_what_holds_it_up() {
    let (server, token) = simulator();
    server.dataverse().next(Fault::throttled(1));
    let mut pipe = Pipe::open(&[("instance_url", &server.url()), ("access_token", &token)]);
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
    let mut pipe = Pipe::open(&[("instance_url", &organization.url), ("access_token", "t0ken")]);
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
    let mut pipe = Pipe::open(&[("instance_url", &organization.url), ("access_token", "t0ken")]);
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
