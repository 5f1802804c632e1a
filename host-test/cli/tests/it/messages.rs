//! The complete messages for people and models about errors and waits: the kinds of mistakes that
//! people made in the field.

use std::process::Output;

use dataverse_sim::{Fault, Server, When};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::mcp::pipe::Pipe;
use crate::support::cli::{command, run, stderr, stdout};
use crate::support::simulator::organization;

/// Everything on stderr of a command that failed, with nothing on stdout.
fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    assert_eq!(stdout(output), "");
    stderr(output)
}

fn with(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    refused(&command(arguments).envs(variables.iter().copied()).output().unwrap())
}

const ID: &str = "0480c2cd-4063-4642-ae18-b4f1b78ad9d3";
const MISSPELT: [(&str, &str); 3] = [
    ("DYNAMICS365_INSTANCE", "org12345.crm.dynamics.com"),
    ("DYNAMICS365_CLIENT_ID", "app"),
    ("DYNAMICS365_CLIENT_SECRET", "hush-hush"),
];
const WITHOUT_A_TENANT: [(&str, &str); 3] = [
    ("DYNAMICS365_INSTANCE_URL", "org12345.crm.dynamics.com"),
    ("DYNAMICS365_CLIENT_ID", "app"),
    ("DYNAMICS365_CLIENT_SECRET", "hush-hush"),
];

#[test]
fn a_misspelt_variable() {
    assert_snapshot!(with(&["check"], &MISSPELT), @"error: DYNAMICS365_INSTANCE is not a setting of this program (did you mean DYNAMICS365_INSTANCE_URL?)");
    assert_snapshot!(with(&["call", "create_appointment", "--subject", "Demo"], &MISSPELT), @"error: DYNAMICS365_INSTANCE is not a setting of this program (did you mean DYNAMICS365_INSTANCE_URL?)");
    assert_snapshot!(with(&["login"], &MISSPELT), @"error: DYNAMICS365_INSTANCE is not a setting of this program (did you mean DYNAMICS365_INSTANCE_URL?)");
}

#[test]
fn an_organization_that_is_missing() {
    assert_snapshot!(with(&["check"], &[]), @"error: no organization: set DYNAMICS365_INSTANCE_URL and credentials, sign in with `dynamics365-sales login`, or pass --simulator to use the built-in simulator");
    assert_snapshot!(with(&["check"], &WITHOUT_A_TENANT[1..]), @"error: Cannot sign in: DYNAMICS365_INSTANCE_URL is not set (set: DYNAMICS365_CLIENT_ID, DYNAMICS365_CLIENT_SECRET); set what is missing, or sign in as a person with `dynamics365-sales login`");
}

#[test]
fn missing_credentials() {
    assert_snapshot!(with(&["check"], &WITHOUT_A_TENANT), @"error: Cannot sign in: DYNAMICS365_TENANT_ID is not set (set: DYNAMICS365_INSTANCE_URL, DYNAMICS365_CLIENT_ID, DYNAMICS365_CLIENT_SECRET); set what is missing, or sign in as a person with `dynamics365-sales login`");
    assert_snapshot!(with(&["check"], &WITHOUT_A_TENANT[..1]), @"error: Cannot sign in: neither DYNAMICS365_ACCESS_TOKEN nor DYNAMICS365_TENANT_ID, DYNAMICS365_CLIENT_ID and DYNAMICS365_CLIENT_SECRET are set (set: DYNAMICS365_INSTANCE_URL); set what is missing, or sign in as a person with `dynamics365-sales login`");
    assert_snapshot!(with(&["check", "--profile", "work"], &[]), @"error: no login in the profile `work` (known: none); `dynamics365-sales login --profile work` signs in");
}

#[test]
fn a_misspelt_action_parameter_or_column() {
    assert_snapshot!(refused(&run(&["call", "search_acounts"])), @"error: unknown action `search_acounts` (did you mean `search_accounts`?)");
    assert_snapshot!(refused(&run(&["call", "get_account", "--acount-id", ID])), @"error: `get_account` has no parameter `--acount-id`: did you mean `--account-id`? Known: `--account-id` (string, required)");
    let columns = ["call", "list_accounts", "--simulator", "--columns", "nam"];
    assert_snapshot!(refused(&run(&columns)), @"
    organization: the built-in simulator, which starts afresh each time
    error: no row has a column `nam` (did you mean `name`?)
    ");
    assert_snapshot!(refused(&run(&["cal", "list_accounts"])), @"
    error: unrecognized subcommand 'cal'

      tip: a similar subcommand exists: 'call'

    Usage: dynamics365-sales [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
}

#[test]
fn an_id_without_its_flag() {
    assert_snapshot!(refused(&run(&["call", "get_account", ID])), @"error: `0480c2cd-4063-4642-ae18-b4f1b78ad9d3` is not a JSON object; to give it as a parameter, pass `--account-id 0480c2cd-4063-4642-ae18-b4f1b78ad9d3`");
}

/// Without values that differ between runs: the port, and random ids.
fn steady(text: &str, server: &Server) -> String {
    let text = text.replace(&server.url(), "http://ORGANIZATION");
    let is_id = |word: &str| word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let pieces = text.split_inclusive(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    let steady = pieces.map(|piece| {
        let word = piece.trim_end_matches(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
        if is_id(word) { piece.replace(word, "DRAWN") } else { piece.to_owned() }
    });
    steady.collect()
}

#[test]
fn a_refusal_of_the_organization() {
    let refusal = r#"{"error":{"code":"0x80040220","message":"Principal user is missing prvReadAccount privilege"}}"#;
    let (server, mut command) = organization(&["call", "list_accounts", "--table"]);
    server.dataverse().next_for("GET", "accounts", Fault::answer(403, refusal.to_owned()));
    assert_snapshot!(steady(&refused(&command.output().unwrap()), &server), @"
    organization: http://ORGANIZATION (named by the environment)
    error: `list_accounts` failed: Dynamics 365 does not allow the user to do this (403, `0x80040220`); it says: Principal user is missing prvReadAccount privilege; ask an administrator
      kind: ask-administrator (an administrator can help; the same call fails again)
      response: status 403, code 0x80040220
    ");
}

#[test]
fn a_wait_that_is_too_long() {
    let (server, mut command) = organization(&["call", "list_accounts", "--table"]);
    server.dataverse().next_for("GET", "accounts", Fault::throttled(300));
    assert_snapshot!(steady(&refused(&command.output().unwrap()), &server), @"
    organization: http://ORGANIZATION (named by the environment)
    error: `list_accounts` failed: Dynamics 365 is throttling: too many requests in 5 minutes (429, `0x80072322`); it says: Number of requests exceeded the limit of 6000 over time window of 300 seconds; try again in 300 seconds
      kind: wait (retry later)
      wait: 300 s
      response: status 429, code 0x80072322, request id DRAWN
    ");
}

#[test]
fn a_wait_as_it_happens() {
    let (server, mut command) = organization(&["call", "list_accounts", "-v"]);
    server.dataverse().next_for("GET", "accounts", Fault::throttled(1));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_snapshot!(steady(&stderr(&output), &server), @"
    organization: http://ORGANIZATION (named by the environment)
    request 1: GET /api/data/v9.2/accounts
    request 1 was answered 429: Dynamics 365 asks to wait 1 s
    request 2: GET /api/data/v9.2/accounts, again
    ");
}

const CREATE: [&str; 13] = [
    "call",
    "create_appointment",
    "--table",
    "--subject",
    "Demo",
    "--scheduledstart",
    "2026-12-10T09:00:00Z",
    "--scheduledend",
    "2026-12-10T10:00:00Z",
    "--required-attendee-email",
    "ann.baker@contoso.com",
    "--regarding-account-id",
    ID,
];

/// The response to the write is lost, and the check of its outcome is throttled for longer than a
/// call waits.
fn cut_off(server: &Server) {
    let mut dataverse = server.dataverse();
    dataverse.next_for("PATCH", "appointments", Fault::Reset(When::AfterCommit));
    for method in ["GET", "PATCH"] {
        dataverse.next_for(method, "appointments", Fault::throttled(300));
    }
}

#[test]
fn a_write_that_may_have_been_applied() {
    let (server, mut command) = organization(&CREATE);
    cut_off(&server);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(steady(&stderr(&output), &server), @"
    organization: http://ORGANIZATION (named by the environment)
    error: `create_appointment` failed: Dynamics 365 is throttling: too many requests in 5 minutes (429, `0x80072322`); it says: Number of requests exceeded the limit of 6000 over time window of 300 seconds; try again in 300 seconds; the appointment may exist under the id `DRAWN`: look for it (list_appointments with the filter `activityid eq DRAWN`) before you create it again
      kind: wait (retry later)
      wait: 300 s
      the write may have been applied under the id DRAWN: check before you retry
      response: status 429, code 0x80072322, request id DRAWN
    ");
}

/// A tool's text for a model, as JSON.
fn told(server: &Server, tool: &str, arguments: Value) -> Value {
    let (url, token) = (server.url(), server.dataverse().issue_token());
    let mut pipe = Pipe::open(&[("instance_url", &url), ("access_token", &token)]);
    pipe.told_by(tool, arguments)
}

#[test]
fn a_model_is_told_whether_to_repeat() {
    let (server, _) = organization(&[]);
    server.dataverse().next_for("GET", "accounts", Fault::throttled(300));
    let answer = told(&server, "list_accounts", json!({}));
    assert_snapshot!(steady(&serde_json::to_string_pretty(&answer).unwrap(), &server), @r#"
    {
      "success": false,
      "error": "Dynamics 365 is throttling: too many requests in 5 minutes (429, `0x80072322`); it says: Number of requests exceeded the limit of 6000 over time window of 300 seconds; try again in 300 seconds",
      "failure": {
        "kind": "wait",
        "advice": "wait 300 s, then repeat the same call",
        "may_be_repeated": true,
        "change_may_stand": false,
        "wait_seconds": 300,
        "status": 429,
        "code": "0x80072322",
        "request_id": "DRAWN"
      }
    }
    "#);
    let missing =
        told(&server, "get_account", json!({"account_id": "0480c2cd-4063-4642-ae18-b4f1b78ad9d4"}));
    assert_snapshot!(steady(&serde_json::to_string_pretty(&missing).unwrap(), &server), @r#"
    {
      "success": false,
      "error": "not found in Dynamics 365 (404, `0x80040217`); it says: Entity 'account' With Id = DRAWN Does Not Exist",
      "failure": {
        "kind": "not-found",
        "advice": "look the id up again with one of the list or search tools",
        "may_be_repeated": false,
        "change_may_stand": false,
        "status": 404,
        "code": "0x80040217",
        "request_id": "DRAWN"
      }
    }
    "#);
}

#[test]
fn a_model_is_told_how_many_rows_do_not_fit() {
    let (server, _) = organization(&[]);
    let answer = told(&server, "find_contact", json!({"name": "a"}));
    let (rows, left_out) = (answer["contacts"].as_array().unwrap().len(), &answer["left_out"]);
    assert_eq!(left_out["rows"], left_out["of"].as_u64().unwrap() - rows as u64);
    assert!(answer.to_string().len() < 50_000);
    assert_snapshot!(left_out["advice"].as_str().unwrap(), @r#"narrow with a longer `name` or a `filter`, such as "statecode eq 0 and address1_city eq 'Oslo'""#);
}
