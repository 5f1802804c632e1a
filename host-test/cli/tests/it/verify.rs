//! `verify` from a user's view: against the simulator, and against a server that shares no code
//! with it.

#[cfg(unix)]
mod interrupted;
mod stranger;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use crate::sim::served::Simulator;
use crate::support::cli::{command_in, complaint, stdout};
use serde_json::Value;
use stranger::Stranger;

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("verify").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Runs `verify` against the organization at this URL.
fn verify(test: &str, url: &str, token: &str, arguments: &[&str]) -> Output {
    let directory = directory(test);
    let report = directory.join("report");
    let report = report.to_str().unwrap();
    command_in(&directory, &[&["verify", "--report", report], arguments].concat())
        .env("DYNAMICS365_INSTANCE_URL", url)
        .env("DYNAMICS365_ACCESS_TOKEN", token)
        .output()
        .unwrap()
}

/// The verdict on each assumption in this test's report.
fn outcomes(test: &str) -> BTreeMap<String, String> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("verify").join(test);
    let report: Value =
        serde_json::from_str(&fs::read_to_string(path.join("report.json")).unwrap()).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    findings.iter().map(|finding| (text(finding, "name"), text(finding, "outcome"))).collect()
}

fn differing(outcomes: &BTreeMap<String, String>) -> Vec<&str> {
    outcomes.iter().filter(|(_, outcome)| *outcome == "differs").map(|(name, _)| &**name).collect()
}

#[test]
fn nothing_differs_on_the_simulator_and_the_report_contains_no_host() {
    let directory = directory("simulator");
    let report = directory.join("report");
    let arguments = ["verify", "--simulator", "--write", "--report", report.to_str().unwrap()];
    let output = command_in(&directory, &arguments).output().unwrap();
    assert!(output.status.success(), "{}", complaint(&output));
    assert!(stdout(&output).contains(" agree, 0 differ, "), "{}", stdout(&output));
    let outcomes = outcomes("simulator");
    assert!(outcomes.values().filter(|outcome| *outcome == "agrees").count() > 100, "{outcomes:?}");
    for extension in ["json", "md"] {
        let text = fs::read_to_string(report.with_extension(extension)).unwrap();
        assert!(!text.contains("127.0.0.1") && !text.contains("Contoso"), "{text}");
    }
}

#[test]
fn names_the_differences_and_a_simulator_learns_them_from_the_report() {
    let told = Simulator::start(&["--setting", "closed_appointments_are_read_only=false"]);
    let output = verify("told", &told.url(), told.value("token"), &["--write"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert_eq!(complaint(&output), "error: 1 assumption differs");
    assert_eq!(differing(&outcomes("told")), ["writes/change-of-a-closed-appointment"]);

    let report = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("verify/told/report.json");
    let learned = Simulator::start(&["--as", report.to_str().unwrap()]);
    let output = verify("learned", &learned.url(), learned.value("token"), &["--write"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert_eq!(outcomes("learned"), outcomes("told"));
}

#[test]
fn names_exactly_the_one_deviation_of_another_server() {
    let usual = Stranger::start(None);
    verify("usual", &usual.url(), "token", &[]);
    let usual = outcomes("usual");
    for (deviation, assumption) in [
        ("OData-Version", "answers/odata-version"),
        ("REQ_ID", "answers/request-id"),
        ("Cache-Control", "answers/json-without-a-cache"),
        ("Vary", "answers/compression-on-demand"),
    ] {
        assert_eq!(usual.get(assumption).map(String::as_str), Some("agrees"), "{assumption}");
        let stranger = Stranger::start(Some(deviation));
        let output = verify("stranger", &stranger.url(), "token", &[]);
        assert_eq!(output.status.code(), Some(1), "{deviation}");
        let mut expected = usual.clone();
        expected.insert(assumption.to_owned(), "differs".to_owned());
        assert_eq!(outcomes("stranger"), expected, "{deviation}");
    }
}

#[test]
fn needs_a_named_organization() {
    let output = command_in(&directory("nowhere"), &["verify"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).starts_with("error: no organization: "), "{}", complaint(&output));
}
