//! The exact bytes on stdout and stderr, and the behaviour when stdout cannot be written.

use std::process::{Command, Output, Stdio};

use dataverse_sim::{Fault, Seed, Server};

use crate::support::cli::{command, complaint, run, stderr, stdout};
use crate::support::simulator::{organization, sign_in_as_client};

/// An organization that answers the next request for accounts with this, and a command against it.
fn answered(body: &str, arguments: &[&str]) -> (Server, Command) {
    let (server, command) = organization(arguments);
    server.dataverse().next_for("GET", "accounts", Fault::answer(200, body.to_owned()));
    (server, command)
}

#[test]
fn a_pipe_gets_the_organizations_bytes_unchanged() {
    let odd = "{\"accountid\":\"1\",\"name\":\"a\u{7f}b\u{9b}c\u{202e}\u{1f469}\",\"revenue\":922337203685477.5807}";
    let body = format!("{{\"value\":[{odd}]}}");
    let (_server, mut command) = answered(&body, &["call", "list_accounts"]);
    let output = command.output().unwrap();
    assert!(stdout(&output).contains(odd), "{:?}", stdout(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn neither_a_name_nor_a_value_nor_a_message_controls_the_terminal() {
    let row = r#"{"value":[{"na\u001bme[2J":"a\u001b]0;x\u0007b\u009b2J","accountid":"1"}]}"#;
    let refusal = r#"{"error":{"code":"0x1","message":"no \u001b[2J good"}}"#;
    for (status, body) in [(200, row), (400, refusal)] {
        for form in [&["--table"][..], &["--columns", "na\u{1b}me[2J"], &["--json"]] {
            let arguments = [&["call", "list_accounts"], form].concat();
            let (server, mut command) = organization(&arguments);
            server.dataverse().next_for("GET", "accounts", Fault::answer(status, body.to_owned()));
            let output = command.output().unwrap();
            let text = stdout(&output) + &stderr(&output);
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn output_that_only_the_caller_can_read_is_still_a_success() {
    for row in [r#"{"name":"cut \ud83d"}"#.to_owned(), r#"{"revenue":1e400}"#.to_owned()] {
        for form in ["--json", "--table", "--csv"] {
            let (_server, mut command) =
                answered(&format!("{{\"value\":[{row}]}}"), &["call", "list_accounts", form]);
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{row} {form}: {}", stderr(&output));
            assert!(stdout(&output).contains("success"), "{row} {form}: {}", stdout(&output));
        }
    }
}

/// Runs a command with this shell redirection of stdout: `>&-`, `>/dev/full`, `| true`.
#[cfg(target_os = "linux")]
fn redirected(arguments: &[&str], how: &str) -> Output {
    let words: Vec<String> = arguments.iter().map(|word| format!("'{word}'")).collect();
    let line = format!(
        "set -o pipefail; '{}' {} {how}",
        env!("CARGO_BIN_EXE_dynamics365-sales"),
        words.join(" ")
    );
    let base = command(&[]);
    let mut shell = Command::new("bash");
    for (name, value) in base.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.args(["-c", &line]).stdin(Stdio::null()).output().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    for arguments in [
        &["call", "list_accounts"][..],
        &["call", "list_accounts", "--table"],
        &["call", "list_accounts", "--csv"],
        &["call", "--help"],
        &["check", "--simulator"],
        &["describe"],
        &["completions", "bash"],
        &["compose", "connector", "-o", "-"],
    ] {
        for how in [">/dev/full", ">&-"] {
            let output = redirected(arguments, how);
            assert_eq!(output.status.code(), Some(1), "{arguments:?} {how}: {}", stderr(&output));
            let said = complaint(&output);
            assert!(said.starts_with("error: ") && said.contains("stdout"), "{how}: {said}");
        }
        let piped = redirected(arguments, "| true");
        assert_eq!(piped.status.code(), Some(0), "{arguments:?}: {}", stderr(&piped));
        assert!(!stderr(&piped).contains("error: "), "{}", stderr(&piped));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_output_of_a_write_goes_to_stderr_if_stdout_is_full() {
    let arguments = [
        "call",
        "update_appointment",
        "--simulator",
        "--appointment-id",
        &Seed::appointment(0).to_string(),
        "--subject",
        "x",
    ];
    let output = redirected(&arguments, ">/dev/full");
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains("`update_appointment` succeeded; its output is: {\"success\":true"),
        "{said}"
    );
}

#[test]
fn verbose_shows_requests_waits_and_retries() {
    let (server, mut command) = organization(&["call", "list_accounts", "-v"]);
    server.dataverse().next_for("GET", "accounts", Fault::throttled(1));
    let output = command.output().unwrap();
    let told = stderr(&output);
    let told: Vec<&str> = told.lines().skip(1).collect();
    assert_eq!(
        told,
        [
            "request 1: GET /api/data/v9.2/accounts",
            "request 1 was answered 429: Dynamics 365 asks to wait 1 s",
            "request 2: GET /api/data/v9.2/accounts, again",
        ]
    );
    let quiet = run(&["call", "list_accounts"]);
    assert_eq!(stderr(&quiet).lines().count(), 1);
}

#[test]
fn a_trace_has_the_requests_and_no_secret() {
    let directory = tempfile::tempdir().unwrap();
    for (form, method) in [("--json", "GET"), ("--table", "GET")] {
        let file = directory.path().join("call.har");
        let path = file.to_str().unwrap();
        let (server, mut command) = organization(&["call", "list_accounts", form, "--trace", path]);
        let client = server.dataverse().client();
        sign_in_as_client(&mut command, &server);
        server.dataverse().next_for("GET", "accounts", Fault::throttled(1));
        assert_eq!(command.output().unwrap().status.code(), Some(0));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            !text.contains(&client.client_secret) && !text.contains("simulated-access-token"),
            "{text}"
        );
        let archive: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(archive["log"]["version"], "1.2");
        let entries = archive["log"]["entries"].as_array().unwrap();
        let told: Vec<_> = entries
            .iter()
            .map(|entry| {
                (
                    entry["request"]["method"].as_str().unwrap(),
                    entry["response"]["status"].as_u64().unwrap(),
                )
            })
            .collect();
        assert_eq!(told, [("POST", 200), (method, 429), (method, 200)]);
        for entry in entries {
            for member in ["startedDateTime", "time", "cache", "timings"] {
                assert!(!entry[member].is_null(), "{member}: {entry}");
            }
        }
        assert!(entries[2]["response"]["content"]["text"].as_str().unwrap().contains("accountid"));
        assert_eq!(entries[2]["request"]["queryString"][0]["name"], "$select");
    }
}

#[test]
fn a_trace_that_cannot_be_written_stops_a_call_before_it_starts() {
    let (server, mut command) =
        organization(&["call", "list_accounts", "--trace", "/nowhere/call.har"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).starts_with("error: cannot write the trace `/nowhere/call.har`"));
    assert!(server.dataverse().journal().is_empty());
}

#[test]
fn a_failure_on_a_terminal_shows_its_kind_and_the_response() {
    let refusal = r#"{"error":{"code":"0x80040220","message":"Principal lacks the privilege"}}"#;
    let (server, mut command) = organization(&["call", "list_accounts", "--table"]);
    server.dataverse().next_for("GET", "accounts", Fault::answer(403, refusal.to_owned()));
    let output = command.output().unwrap();
    let said = stderr(&output);
    assert!(said.contains("\n  kind: ask-administrator ("), "{said}");
    assert!(said.contains("\n  response: status 403, code 0x80040220"), "{said}");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
}
