//! A client that others wrote, started with the configuration that docs/mcp.md prints.

use std::env;
use std::path::Path;
use std::process::Command;

use dataverse_sim::{Fault, When};
use serde_json::{Value, json};

use crate::support::installed;

/// The block of docs/mcp.md that goes into a client's configuration.
fn printed() -> Value {
    let page = include_str!("../../../../../docs/mcp.md");
    let (_, section) = page.split_once("\n## Set up a client\n").unwrap();
    let (_, block) = section.split_once("```json\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    serde_json::from_str(block).unwrap()
}

#[test]
fn the_printed_configuration_names_settings_that_there_are() {
    let printed = printed();
    let variables = printed["mcpServers"]["dynamics365-sales"]["env"].as_object().unwrap();
    for variable in variables.keys() {
        let name = variable.strip_prefix("DYNAMICS365_").unwrap().to_lowercase();
        assert!(host_test::SECRET_NAMES.contains(&name.as_str()), "{variable}");
    }
}

#[test]
fn the_python_sdk_gets_along_with_it_in_the_newest_revision() {
    gets_along("auto", "2026-07-28", &[]);
}

#[test]
fn the_python_sdk_gets_along_with_it_after_a_handshake_with_structured_content() {
    gets_along("legacy", "2025-11-25", &["--structured"]);
}

/// Runs `client.py` in this mode.
fn gets_along(mode: &str, protocol: &str, options: &[&str]) {
    let Some(python) = installed::validators() else { return };
    let (server, token) = super::simulator();
    {
        let mut dataverse = server.dataverse();
        dataverse.next_for("GET", "contacts", Fault::throttled(1));
        let stalled = Fault::StalledBeforeFirstByte(When::BeforeCommit);
        dataverse.next_for("GET", "solutions", stalled);
    }
    let mut configuration = printed();
    let arguments =
        configuration["mcpServers"]["dynamics365-sales"]["args"].as_array_mut().unwrap();
    arguments.extend(options.iter().map(|option| Value::from(*option)));
    // The command is found on the path, as the printed one is after `cargo install`.
    let binary = Path::new(env!("CARGO_BIN_EXE_dynamics365-sales")).parent().unwrap().to_owned();
    let path = variable("PATH").unwrap();
    let path = env::join_paths([binary].into_iter().chain(env::split_paths(&path))).unwrap();
    configuration["mcpServers"]["dynamics365-sales"]["env"] = json!({
        "DYNAMICS365_INSTANCE_URL": server.url(),
        "DYNAMICS365_ACCESS_TOKEN": token,
        "PATH": path.to_str().unwrap(),
    });
    let output = Command::new(python.join("python"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mcp/client.py"))
        .args([mode, &configuration.to_string()])
        .env("PATH", &path)
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert_eq!(stdout.trim(), format!("protocol {protocol}\nall is well"), "{stderr}");
    assert!(stderr.contains("list_solution_id_options: cancelled"), "{stderr}");
    assert!(!stderr.contains(&token), "{stderr}");
}

#[expect(clippy::disallowed_methods, reason = "where things are installed is in the environment")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
