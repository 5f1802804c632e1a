//! The programs of `docs/simulator.md`, against a running `sim`.

use std::path::Path;
use std::process::Command;

use super::served::Simulator;
use crate::support::installed;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/simulator.md"));

/// The program under this heading: the first block of code in this language.
fn program(heading: &str, language: &str) -> &'static str {
    let (_, section) = PAGE.split_once(&format!("\n### {heading}\n")).unwrap();
    let (_, code) = section.split_once(&format!("```{language}\n")).unwrap();
    code.split_once("```").unwrap().0
}

/// The output of a program.
fn printed(simulator: &Simulator, command: &mut Command) -> String {
    let output = command
        .env("DATAVERSE_URL", simulator.url())
        .env("DATAVERSE_TOKEN", simulator.value("token"))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn curl_reads_accounts() {
    let Some(shell) = installed::curl() else { return };
    let simulator = Simulator::start(&[]);
    let text = printed(&simulator, Command::new(shell).args(["-c", program("curl", "sh")]));
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rows["value"].as_array().unwrap().len(), 3);
}

#[test]
fn microsofts_python_client_creates_and_reads_an_account() {
    let Some(python) = installed::dataverse_python() else { return };
    let simulator = Simulator::start(&[]);
    let code = program("Python, with Microsoft's client", "python");
    assert_eq!(printed(&simulator, Command::new(python).args(["-c", code])), "Fabrikam");
}

#[test]
fn dynamics_web_api_creates_and_finds_an_account() {
    let Some(modules) = installed::dynamics_web_api() else { return };
    let simulator = Simulator::start(&[]);
    let code = program("JavaScript, with dynamics-web-api", "js");
    // Node looks for modules next to the program.
    let place = Path::new(&modules).parent().unwrap();
    let mut command = Command::new("node");
    command.current_dir(place).args(["--input-type=module", "--eval", code]);
    assert_eq!(printed(&simulator, &mut command), "Fabrikam 1");
}
