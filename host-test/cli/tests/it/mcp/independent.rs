//! Third-party clients, over stdio with the configuration in docs/mcp.md, and over HTTP.

use std::env;
use std::path::Path;
use std::process::Command;

use dataverse_sim::Fault;
use serde_json::{Value, json};

use super::served::{KEY, Served};
use crate::support::installed;
use crate::support::simulator::simulator;

/// The block of docs/mcp.md for a client's configuration.
fn printed() -> Value {
    let page = include_str!("../../../../../docs/mcp.md");
    let (_, section) = page.split_once("\n## Set up a client\n").unwrap();
    let (_, block) = section.split_once("```json\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    serde_json::from_str(block).unwrap()
}

#[test]
fn the_printed_configuration_names_existing_settings() {
    let printed = printed();
    let variables = printed["mcpServers"]["dynamics365-sales"]["env"].as_object().unwrap();
    for variable in variables.keys() {
        let name = variable.strip_prefix("DYNAMICS365_").unwrap().to_lowercase();
        assert!(host_test::SECRET_NAMES.contains(&name.as_str()), "{variable}");
    }
}

/// How a client reaches the server.
#[derive(Debug, Clone, Copy)]
enum Over {
    Stdio,
    Http,
}

#[test]
fn the_python_sdk_works_with_it_in_the_newest_revision() {
    python("auto", "2026-07-28", Over::Stdio, &[]);
}

#[test]
fn the_python_sdk_works_with_it_after_a_handshake_with_structured_content() {
    python("legacy", "2025-11-25", Over::Stdio, &["--structured"]);
}

#[test]
fn the_python_sdk_works_with_it_over_http() {
    python("auto", "2026-07-28", Over::Http, &["--structured"]);
    python("legacy", "2025-11-25", Over::Http, &[]);
}

#[test]
fn the_typescript_sdk_works_with_it_in_the_newest_revision() {
    typescript(["client", "auto"], "2026-07-28", Over::Stdio, &[]);
    typescript(["client", "auto"], "2026-07-28", Over::Http, &["--structured"]);
}

#[test]
fn the_first_typescript_sdk_works_with_it() {
    typescript(["sdk", "legacy"], "2025-11-25", Over::Stdio, &["--full", "--structured"]);
    typescript(["sdk", "legacy"], "2025-11-25", Over::Http, &[]);
}

#[test]
fn the_inspector_finds_no_problem_in_the_schemas() {
    for (over, options) in [
        (Over::Stdio, &[][..]),
        (Over::Stdio, &["--structured"]),
        (Over::Http, &["--full", "--structured"]),
    ] {
        let (stderr, told) = inspect(over, options, &["tools/list", "--strict"]);
        let Some(listed) = told else { return };
        assert_eq!(listed["tools"].as_array().unwrap().len(), 11);
        assert!(!stderr.contains("arning"), "{stderr}");
    }
}

#[test]
fn the_inspector_calls_a_tool_and_reads_a_resource() {
    for over in [Over::Stdio, Over::Http] {
        let call =
            ["tools/call", "--tool-name", "search_accounts", "--tool-arg", "search_term=contoso"];
        let (_, Some(result)) = inspect(over, &[], &call) else { return };
        assert_eq!(result["isError"], false, "{result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("Contoso Ltd"), "{text}");
        let read = ["resources/read", "--uri", "dataverse://tables/account"];
        let (_, Some(resource)) = inspect(over, &[], &read) else { return };
        assert!(resource["contents"][0]["text"].is_string(), "{resource}");
    }
}

/// Runs `client.py` in this mode.
fn python(mode: &str, protocol: &str, over: Over, options: &[&str]) {
    let Some(python) = installed::validators() else { return };
    let mut command = Command::new(python.join("python"));
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mcp/client.py")).arg(mode);
    gets_along(command, protocol, over, options);
}

/// Runs `client.mjs`, of this generation and in this mode.
fn typescript(how: [&str; 2], protocol: &str, over: Over, options: &[&str]) {
    let Some(modules) = installed::mcp_clients() else { return };
    let mut command = Command::new(modules.join(".bin/node"));
    // Node looks for modules in its working directory.
    command.current_dir(modules.parent().unwrap());
    command.args(["--input-type=module", "--eval", include_str!("client.mjs"), "--"]).args(how);
    gets_along(command, protocol, over, options);
}

/// Runs a client whose last argument is the way to the server, and which prints that all is well.
fn gets_along(mut client: Command, protocol: &str, over: Over, options: &[&str]) {
    let (server, token) = simulator();
    {
        let mut dataverse = server.dataverse();
        dataverse.next_for("GET", "contacts", Fault::throttled(1));
        dataverse.next_for("GET", "solutions", Fault::throttled(40));
    }
    let url = server.url();
    let (target, served) = match over {
        Over::Stdio => (configured(&url, &token, options), None),
        Over::Http => {
            let secrets = [("instance_url", url.as_str()), ("access_token", &token)];
            let served = Served::start_with(options, &secrets);
            (json!({"url": served.url(), "key": KEY}), Some(served))
        }
    };
    let output = client.arg(target.to_string()).env("PATH", path()).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let mut stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert_eq!(stdout.trim(), format!("protocol {protocol}\nall is well"), "{stderr}");
    if let Some(served) = served {
        stderr += &served.end();
    }
    assert!(stderr.contains("list_solution_id_options: cancelled"), "{stderr}");
    assert!(!stderr.contains(&token) && !stderr.contains(KEY), "{stderr}");
}

/// The printed configuration, for this organization.
fn configured(url: &str, token: &str, options: &[&str]) -> Value {
    let mut entry = printed()["mcpServers"]["dynamics365-sales"].take();
    let arguments = entry["args"].as_array_mut().unwrap();
    arguments.extend(options.iter().map(|option| Value::from(*option)));
    entry["env"] = json!({
        "DYNAMICS365_INSTANCE_URL": url,
        "DYNAMICS365_ACCESS_TOKEN": token,
        "PATH": path(),
    });
    entry
}

/// A `PATH` with the command, as after `cargo install`.
fn path() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_dynamics365-sales")).parent().unwrap().to_owned();
    let path = variable("PATH").unwrap();
    let path = env::join_paths([binary].into_iter().chain(env::split_paths(&path))).unwrap();
    path.into_string().unwrap()
}

/// Runs the Inspector's command line as in docs/mcp.md; returns its stderr and the result.
fn inspect(over: Over, options: &[&str], asked: &[&str]) -> (String, Option<Value>) {
    let Some(modules) = installed::mcp_clients() else { return (String::new(), None) };
    let page = include_str!("../../../../../docs/mcp.md");
    let mut printed = page.lines().filter_map(|line| {
        let arguments = line.strip_prefix("npx @modelcontextprotocol/inspector ")?;
        arguments.strip_suffix(" --method tools/list")
    });
    let mut command = Command::new(modules.join(".bin/node"));
    command.arg(modules.join(".bin/mcp-inspector")).env("PATH", path());
    let served;
    match over {
        Over::Stdio => {
            command.args(printed.next().unwrap().split(' ')).args(options);
        }
        Over::Http => {
            served = Served::start_with(&[&["--simulator"], options].concat(), &[]);
            let (before, quoted) = printed.nth(1).unwrap().split_once(" \"").unwrap();
            let arguments = before.replace("http://127.0.0.1:8808/mcp", &served.url());
            command.args(arguments.split(' '));
            command.arg(quoted.strip_suffix('"').unwrap().replace("KEY", KEY));
        }
    }
    let output = command.arg("--method").args(asked).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{stderr}");
    let result = serde_json::from_slice(&output.stdout);
    (stderr, Some(result.unwrap()))
}

#[expect(clippy::disallowed_methods, reason = "where things are installed is in the environment")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
