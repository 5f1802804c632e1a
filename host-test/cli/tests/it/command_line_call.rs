//! `call` from a user's view: flags for the parameters, tables, help, completions.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::support::cli::{command, complaint, run, stderr, stdout};
use serde_json::Value;

fn answer(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn manifest() -> Value {
    answer(&run(&["describe"]))
}

#[test]
fn accepts_the_parameters_as_flags() {
    let output = run(&["call", "list_accounts", "--records-per-page", "3"]);
    assert_eq!(answer(&output)["accounts"].as_array().unwrap().len(), 3);
    assert_eq!(output.status.code(), Some(0));
    let as_in_json = run(&["call", "search_accounts", "--search_term=o'brien"]);
    assert_eq!(answer(&as_in_json)["accounts"][0]["name"], "O'Brien & Sons");
}

#[test]
fn flags_override_the_members_of_the_object() {
    let input = r#"{"records_per_page": 5, "filter": "statecode eq 0"}"#;
    let output = run(&["call", "list_accounts", input, "--records-per-page", "2"]);
    assert_eq!(answer(&output)["accounts"].as_array().unwrap().len(), 2);
}

#[test]
fn flags_override_stdin() {
    let mut child = command(&["call", "list_accounts", "-", "--records-per-page", "2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(br#"{"records_per_page": 5}"#).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(answer(&output)["accounts"].as_array().unwrap().len(), 2);
}

#[test]
fn each_schema_type_has_a_matching_flag() {
    let solutions = answer(&run(&["call", "list_solution_id_options"]));
    let options = solutions["solutions"].as_array().unwrap();
    let contoso = options.iter().find(|option| option["label"] == "Contoso Sales").unwrap();
    let output = run(&[
        "call",
        "create_custom_entity",
        "--simulator",
        "--solution-id",
        contoso["value"].as_str().unwrap(),
        "--display-name",
        "Bank Account",
        "--primary-attribute",
        "Account Name",
        "--language-code",
        "1033",
        "--has-notes",
        "--has-activities=false",
        "--additional-attributes",
        r#"[{"name": "Balance", "type": "money"}]"#,
    ]);
    let answer = answer(&output);
    assert_eq!(answer["success"], true, "{answer}");
    assert_eq!(answer["entity"]["HasNotes"], true);
    assert_eq!(answer["entity"]["HasActivities"], false);
}

#[test]
fn an_unknown_flag_gets_a_suggestion() {
    for (arguments, said) in [
        (
            &["call", "get_account", "--acount-id", "x"][..],
            "error: `get_account` has no parameter `--acount-id`: did you mean `--account-id`? Known: `--account-id` (string, required)",
        ),
        (
            &["call", "list_solution_id_options", "--filter", "x"],
            "error: `list_solution_id_options` has no parameter `--filter`: it has none",
        ),
        (
            &["call", "list_accounts", "--records-per-page", "three"],
            "error: invalid value `three` for `--records-per-page` (expected a whole number)",
        ),
        (
            &["call", "create_custom_entity", "--has-notes", "maybe"],
            "error: invalid value `maybe` for `--has-notes` (expected `true` or `false`)",
        ),
        (
            &["call", "create_custom_entity", "--additional-attributes", "["],
            "error: invalid value `[` for `--additional-attributes` (expected JSON)",
        ),
    ] {
        let output = run(arguments);
        assert_eq!(complaint(&output), said);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    }
    let output = run(&["call", "get_acount", "--account-id", "x"]);
    assert_eq!(
        complaint(&output),
        "error: unknown action `get_acount` (did you mean `get_account`?)"
    );
    let output = run(&["call", "zzz"]);
    assert!(complaint(&output).starts_with("error: unknown action `zzz` (expected one of: cre"));
    let output = run(&["call"]);
    assert!(complaint(&output).starts_with("error: no action given (expected one of: create_app"));
    let output = run(&["call", "get_account", "{}", "--json", "--table"]);
    assert!(complaint(&output).contains("cannot be used with"), "{}", complaint(&output));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_action_itself_reports_a_missing_parameter() {
    let output = run(&["call", "get_account"]);
    assert_eq!(answer(&output)["success"], false);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_pipe_gets_the_unchanged_output() {
    let plain = run(&["call", "list_accounts"]);
    let told = run(&["call", "list_accounts", "--json"]);
    assert_eq!(stdout(&plain), stdout(&told));
    assert!(stdout(&plain).starts_with(r#"{"success":true,"error":null,"accounts":[{"#));
    assert_eq!(stdout(&plain).lines().count(), 1);
}

#[test]
fn shows_a_table_on_request() {
    let output = run(&["call", "search_accounts", "--search-term", "o'brien", "--table"]);
    let text = stdout(&output);
    assert!(text.contains("O'Brien & Sons") && text.contains("telephone1"), "{text}");
    assert!(!text.contains("@odata.etag") && !text.contains('{'), "{text}");
    assert_eq!(output.status.code(), Some(0));

    let told = run(&["call", "list_accounts", "--columns", "telephone1,emailaddress1"]);
    let text = stdout(&told);
    assert!(text.contains("425-555-") && !text.contains("O'Brien"), "{text}");
    assert_eq!(told.status.code(), Some(0));
}

#[test]
fn an_unknown_column_is_an_error() {
    for form in ["--table", "--csv"] {
        let output = run(&["call", "list_accounts", form, "--columns", "accountid,nam"]);
        assert_eq!(complaint(&output), "error: no row has a column `nam` (did you mean `name`?)");
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    }
}

#[test]
fn a_write_shows_its_result_despite_an_unknown_column() {
    let mut arguments = words(&example("create_appointment"));
    arguments.extend(["--columns".to_owned(), "subjct".to_owned()]);
    let output = command(&[]).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("appointment_id: "), "{}", stderr(&output));
}

#[test]
fn a_bare_id_gets_the_name_of_its_flag() {
    let id = "0480c2cd-4063-4642-ae18-b4f1b78ad9d3";
    for (action, value, flag) in [
        ("get_account", id, "--account-id"),
        ("find_contact", id, "--contact-id"),
        ("update_appointment", id, "--appointment-id"),
        ("search_accounts", "contoso", "--search-term"),
    ] {
        let output = run(&["call", action, value]);
        let said = format!(
            "error: `{value}` is not a JSON object; to give it as a parameter, pass `{flag} {value}`"
        );
        assert_eq!(complaint(&output), said);
        assert_eq!(output.status.code(), Some(2));
    }
}

/// The example at the end of an action's help.
fn example(action: &str) -> String {
    let text = stdout(&run(&["call", action, "--help"]));
    let (_, example) = text.split_once("Example:\n  dynamics365-sales ").unwrap();
    example.lines().next().unwrap().to_owned()
}

/// Splits a line into words like a shell.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    let words =
        pieces.flat_map(
            |(at, piece)| {
                if at % 2 == 1 { vec![piece] } else { piece.split_whitespace().collect() }
            },
        );
    words.map(str::to_owned).collect()
}

#[test]
fn the_example_of_every_action_runs_as_printed() {
    for action in manifest()["actions"].as_array().unwrap() {
        let name = action["name"].as_str().unwrap();
        let output = command(&[]).args(words(&example(name))).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        let answer = answer(&output);
        let rows = answer.as_object().unwrap().values().filter_map(Value::as_array);
        assert!(rows.into_iter().all(|rows| !rows.is_empty()), "{name} finds nothing");
    }
}

#[test]
fn the_parameters_have_their_own_heading() {
    let text = stdout(&run(&["call", "get_account", "--help"]));
    let (_, options) = text.split_once("\nOptions:\n").unwrap();
    let (options, parameters) = options.split_once("\nParameters:\n").unwrap();
    assert!(parameters.contains("--account-id") && !parameters.contains("--json"), "{text}");
    assert!(options.contains("--json") && options.contains("--simulator"), "{text}");
}

#[test]
fn csv_has_the_complete_rows() {
    let output = run(&["call", "search_accounts", "--search-term", "o'brien", "--csv"]);
    let text = stdout(&output);
    assert!(text.lines().next().unwrap().contains("accountid"), "{text}");
    assert!(text.contains("O'Brien & Sons") && !text.contains("@odata"), "{text}");
    let told =
        run(&["call", "list_accounts", "--csv", "--columns", "name", "--records-per-page=2"]);
    assert_eq!(stdout(&told).split("\r\n").count(), 4, "{}", stdout(&told));
    assert!(stdout(&told).starts_with("name\r\n"));
}

#[test]
fn a_narrow_table_keeps_ids_whole_and_lists_dropped_columns() {
    let output =
        command(&["call", "list_accounts", "--table"]).env("COLUMNS", "80").output().unwrap();
    let text = stdout(&output);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains(&dataverse_sim::Seed::account(1).to_string()), "{text}");
    assert!(stderr(&output).contains("too narrow for: "), "{}", stderr(&output));
}

#[test]
fn a_failure_prints_no_table_and_sets_the_exit_status() {
    let output = run(&["call", "get_account", "--account-id", "x", "--table"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(complaint(&output).starts_with("error: `get_account` failed: "));
}

#[test]
fn every_command_has_help_with_examples() {
    let commands = [
        "call",
        "describe",
        "sim",
        "mcp",
        "check",
        "login",
        "logout",
        "profiles",
        "completions",
        "bench",
        "compose",
        "package",
    ];
    for name in commands {
        let output = run(&[name, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        let text = stdout(&output);
        assert!(text.contains(&format!("Usage: dynamics365-sales {name}")), "{text}");
        assert!(text.contains("Examples:\n  dynamics365-sales"), "{text}");
    }
    assert!(stdout(&run(&["--help"])).contains("Exit status: 0 on success, 1 on failure, 2 if"));
}

#[test]
fn the_help_of_an_action_has_its_parameters() {
    for action in manifest()["actions"].as_array().unwrap() {
        let name = action["name"].as_str().unwrap();
        let text = stdout(&run(&["call", name, "--help"]));
        for (parameter, schema) in action["input_schema"]["properties"].as_object().unwrap() {
            let kind = schema["type"].as_str().unwrap().to_uppercase();
            assert!(text.contains(&format!("--{} ", parameter.replace('_', "-"))), "{text}");
            assert!(text.contains(&kind), "{text}");
        }
        assert!(text.contains(&format!("dynamics365-sales call {name}")), "{text}");
    }
}

#[test]
fn completions_know_the_actions_and_their_flags() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let text = stdout(&output);
        for word in ["create_appointment", "account-id", "records-per-page", "no-browser"] {
            assert!(text.contains(word), "{shell} does not know `{word}`");
        }
    }
    assert_eq!(run(&["completions", "command.com"]).status.code(), Some(2));
}

/// The completions of bash for the last of these words; `None` without bash.
fn offered(words: &[&str]) -> Option<Vec<String>> {
    let script = stdout(&run(&["completions", "bash"]));
    let words_quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let program = format!(
        "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _dynamics365__sales dynamics365-sales '{}' '' || exit 1; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words_quoted.join(" "),
        words.len() - 1,
        words.last().unwrap(),
    );
    let output = Command::new("bash").args(["--norc", "-c", &program]).output().ok()?;
    assert!(output.status.success(), "{}", stderr(&output));
    Some(stdout(&output).lines().map(str::to_owned).collect())
}

#[test]
fn bash_completes_an_action_and_its_flags() {
    let Some(actions) = offered(&["dynamics365-sales", "call", "list_"]) else { return };
    assert_eq!(actions.len(), 5, "{actions:?}");
    let flags = offered(&["dynamics365-sales", "call", "get_account", "--acc"]).unwrap();
    assert_eq!(flags, ["--account-id"]);
}

#[test]
fn an_object_alone_is_passed_on_unchanged() {
    // If it were parsed and serialized again, the duplicate member would be lost before the
    // component can refuse it.
    let output =
        run(&["call", "list_accounts", r#"{"records_per_page": 1, "records_per_page": 2}"#]);
    assert_eq!(answer(&output)["success"], false, "{}", stdout(&output));
}
