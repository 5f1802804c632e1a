//! `sim` as a tool for people who test their own clients.

mod programs;
pub(crate) mod served;

use std::fs;

use crate::support::cli::{complaint, run, stdout};
use served::Simulator;

/// A file of this test.
fn file(name: &str, text: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn lists_settings_and_faults_with_their_evidence() {
    let settings = stdout(&run(&["sim", "--settings"]));
    assert!(settings.contains("enforce_limits=true  true or false; documented\n"), "{settings}");
    let faults = stdout(&run(&["sim", "--faults"]));
    assert!(faults.contains("reset-after-commit  chosen\n"), "{faults}");
}

#[test]
fn its_dump_works_as_a_seed() {
    let dumped = stdout(&run(&["sim", "--dump", "--accounts", "2", "--contacts", "1"]));
    let seed = file("dumped.json", &dumped);
    let again = stdout(&run(&["sim", "--dump", "--seed", &seed]));
    let rows = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let (first, second) = (rows(&dumped), rows(&again));
    assert_eq!(first["account"].as_array().unwrap().len(), 2);
    assert_eq!(second["account"].as_array().unwrap().len(), 2);
    assert_eq!(first["contact"][0]["fullname"], second["contact"][0]["fullname"]);
}

#[test]
fn refuses_wrong_arguments_in_one_sentence() {
    let wrong = file("wrong.json", r#"{"account": [{"nme": "Contoso"}]}"#);
    for (arguments, says) in [
        (["--setting", "dop_hint"], "`dop_hint` is not a setting (expected `NAME=VALUE`)"),
        (["--setting", "dop_hnt=4"], "unknown setting `dop_hnt` (did you mean `dop_hint`?)"),
        (["--fault", "GET accounts"], "`GET accounts` is not a fault"),
        (["--fault", "GET acounts=429"], "unknown resource `acounts` (did you mean `accounts`?)"),
        (["--seed", wrong.as_str()], "row 1 of `account`: "),
        (["--seed", "/nowhere.json"], "cannot read `/nowhere.json`"),
        (["--host", "192.0.2.1"], "`192.0.2.1` is not an address of this machine"),
    ] {
        let output = run(&[&["sim"], arguments.as_slice()].concat());
        let error = complaint(&output);
        assert!(!output.status.success() && error.contains(says), "{arguments:?}: {error}");
    }
}

#[test]
fn a_fault_meets_its_requests_and_each_is_a_line_of_the_log() {
    let simulator = Simulator::start(&["--log", "--fault", "GET accounts=429:2"]);
    let statuses: Vec<u16> =
        (0..3).map(|_| simulator.get("/api/data/v9.2/accounts?$select=name&$top=1").0).collect();
    assert_eq!(statuses, [429, 429, 200]);
    assert_eq!(simulator.get("/api/data/v9.2/contacts?$top=1").0, 200);
    let log = simulator.end();
    assert!(log.contains("GET /api/data/v9.2/accounts?$select=name&$top=1 429\n"), "{log}");
    assert!(log.contains("GET /api/data/v9.2/contacts?$top=1 200\n"), "{log}");
}

#[test]
fn limits_are_settings_and_can_be_off() {
    let few = ["--setting", "request_limit=1"];
    for (more, second) in [(vec![], 429), (vec!["--limits", "off"], 200)] {
        let simulator = Simulator::start(&[few.as_slice(), more.as_slice()].concat());
        let statuses = [0, 1].map(|_| simulator.get("/api/data/v9.2/accounts?$top=1").0);
        assert_eq!(statuses, [200, second], "{more:?}");
    }
}

#[test]
fn serves_the_users_own_rows() {
    let seed = file("own.json", r#"{"account": [{"name": "Fabrikam <b>"}], "contact": []}"#);
    let simulator = Simulator::start(&["--seed", &seed]);
    let (status, body) = simulator.get("/api/data/v9.2/accounts?$select=name");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("Fabrikam <b>") && !body.contains("Adventure"), "{body}");
}

#[test]
fn a_test_controls_it_over_the_same_port() {
    let simulator = Simulator::start(&[]);
    assert_eq!(simulator.send("POST", "/_sim/faults", "GET accounts=503").0, 200);
    assert_eq!(simulator.get("/api/data/v9.2/accounts?$top=1").0, 503);
    let (_, journal) = simulator.get("/_sim/journal");
    let journal: serde_json::Value = serde_json::from_str(&journal).unwrap();
    assert_eq!(journal["total"], 1, "the control interface is not in it: {journal}");
    assert_eq!(journal["requests"][0]["status"], 503);
    assert_eq!(simulator.send("POST", "/_sim/reset", "").0, 200);
    assert_eq!(simulator.get("/api/data/v9.2/accounts?$top=1").0, 200);
}

#[test]
fn its_web_page_lists_what_it_models() {
    let simulator = Simulator::start(&[]);
    let (status, page) = simulator.get("/");
    assert_eq!(status, 200);
    assert!(page.starts_with("<!doctype html>") && page.contains("/_sim/snapshots/NAME"), "{page}");
    assert!(!page.contains("{tables}") && !page.contains("{endpoints}"), "{page}");
}

#[test]
fn admits_other_machines_only_with_a_warning() {
    let simulator = Simulator::start(&["--host", "0.0.0.0"]);
    let said = simulator.end();
    assert!(said.contains("warning: anyone who can reach 0.0.0.0:"), "{said}");
}
