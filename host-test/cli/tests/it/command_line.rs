//! The command line from a user's view: the built binary, its streams and its exit status.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::cli::{command, complaint, run, stdout};
use crate::support::installed::peers;

#[test]
fn runs_the_tour_of_all_eleven_actions() {
    let output = run(&[]);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("11 of 11 actions succeeded"), "{text}");
    let manifest = run(&["describe"]);
    let manifest: Value = serde_json::from_slice(&manifest.stdout).unwrap();
    for action in manifest["actions"].as_array().unwrap() {
        assert!(text.contains(action["name"].as_str().unwrap()), "{action}");
    }
}

#[test]
fn prints_only_the_output_to_stdout() {
    let output = run(&["call", "list_accounts", r#"{"records_per_page": 3}"#]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 3);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn exits_with_1_when_the_action_fails() {
    let output = run(&["call", "get_account", r#"{"account_id": "x"}"#]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["success"], false);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).starts_with("error: `get_account` failed: `account_id`"));
}

#[test]
fn reads_the_input_from_stdin() {
    let mut child = command(&["call", "search_accounts", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(br#"{"search_term": "o'brien"}"#).unwrap();
    let answer: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(answer["accounts"][0]["name"], "O'Brien & Sons");
}

#[test]
fn reports_a_wrong_command_in_one_sentence() {
    for (arguments, said) in [
        (&["call", "get_acount"][..], "unknown action `get_acount`"),
        (&["call", "list_accounts", "{"], "the input is not JSON"),
        (&["call", "list_accounts", "[]"], "not an object"),
    ] {
        let output = run(arguments);
        let complaint = complaint(&output);
        assert!(complaint.contains(said), "{complaint}");
        assert!(!output.status.success());
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
    assert_eq!(run(&["no-such-command"]).status.code(), Some(2));
}

#[test]
fn refuses_a_host_outside_microsofts_clouds() {
    let output = command(&["check"])
        .env("DYNAMICS365_INSTANCE_URL", "crm.example.com")
        .env("DYNAMICS365_ACCESS_TOKEN", "secret-token")
        .output()
        .unwrap();
    let complaint = complaint(&output);
    assert!(complaint.contains("a host outside Microsoft's clouds"), "{complaint}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn reports_an_unreachable_organization() {
    // A port that is bound but not listened on.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let output = command(&["check"])
        .env("DYNAMICS365_INSTANCE_URL", format!("http://{}", taken.local_addr().unwrap()))
        .env("DYNAMICS365_ACCESS_TOKEN", "secret-token")
        .output()
        .unwrap();
    let complaint = complaint(&output);
    assert!(complaint.contains("is not reachable"), "{complaint}");
    assert!(!complaint.contains("secret-token"), "{complaint}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn reports_that_the_simulators_port_is_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["sim", "--port", &port]);
    let complaint = complaint(&output);
    assert!(complaint.contains(&port) && complaint.contains("in use"), "{complaint}");
    assert_eq!(output.status.code(), Some(1));
}

/// Stops the simulator when the test ends, in any case.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn calls_the_simulator_of_another_process() {
    let sim = command(&["sim", "--port", "0", "--accounts", "7"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut sim = Ended(sim);
    let mut lines = BufReader::new(sim.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut value_of = |label: &str| {
        let line = lines.find(|line| line.starts_with(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let url = value_of("Dataverse is simulated at");
    let token = value_of("token");
    let tenant = value_of("tenant");
    let client = value_of("client id");
    let secret = value_of("client secret");

    let with_token = command(&["call", "list_accounts"])
        .env("DYNAMICS365_INSTANCE_URL", &url)
        .env("DYNAMICS365_ACCESS_TOKEN", &token)
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&with_token.stdout).unwrap();
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 7, "{answer}");

    let signed_in = command(&["check"])
        .env("DYNAMICS365_INSTANCE_URL", &url)
        .env("DYNAMICS365_TENANT_ID", &tenant)
        .env("DYNAMICS365_CLIENT_ID", &client)
        .env("DYNAMICS365_CLIENT_SECRET", &secret)
        .output()
        .unwrap();
    assert_eq!(signed_in.status.code(), Some(0), "{}", complaint(&signed_in));
}

/// The first cell of each row of the tables in a text.
fn names(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect()
}

#[test]
fn measures_every_row_of_the_table_and_records_them() {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("page.md");
    fs::write(&page, "# A\n<!-- rows -->\nold\n<!-- /rows -->\nB\n").unwrap();
    let output = run(&["bench", "--quick", "--record", page.to_str().unwrap()]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", complaint(&output));
    let recorded = format!("# A\n<!-- rows -->\n{text}<!-- /rows -->\nB\n");
    assert_eq!(fs::read_to_string(&page).unwrap(), recorded);
    let picture = fs::read_to_string(directory.path().join("measured.svg")).unwrap();
    assert!(picture.starts_with("<svg"), "{picture}");
    assert_eq!(
        names(&text),
        [
            "row",
            "small call",
            "large page",
            "large page",
            "large page",
            "large page",
            "growth",
            "growth in pages",
            "compression",
            "memory",
            "idle memory",
            "connections",
            "sign-in",
            "host memory",
            "host memory",
            "host memory",
            "host memory",
            "parallel",
            "many at once",
            "many at once",
            "size",
            "start"
        ]
    );
}

#[test]
fn refuses_to_record_in_a_page_without_a_place() {
    let page = tempfile::NamedTempFile::new().unwrap();
    let output = run(&["bench", "--quick", "--record", page.path().to_str().unwrap()]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(complaint(&output).contains("has no place for a table"), "{}", complaint(&output));
}

#[test]
fn measures_other_clients_beside_this_one() {
    if !peers() {
        return;
    }
    let output = run(&["bench", "--quick", "--peers", "--row", "idle memory"]);
    assert!(output.status.success(), "{}", complaint(&output));
    let text = stdout(&output);
    assert_eq!(
        names(&text),
        [
            "row",
            "idle memory",
            "client's computing",
            "first call",
            "first call",
            "first call",
            "a call: computing, calls per second in a row",
            "`get_account`",
            "`list_accounts`, 50 rows",
            "`find_contact`, 5,000 full rows",
        ]
    );
    let widths: Vec<_> =
        text.lines().rev().take(5).map(|line| line.matches(" |").count()).collect();
    assert_eq!(widths, [6, 6, 6, 0, 6], "{text}");
}

#[test]
fn works_without_an_unusable_cache() {
    for cache in ["/dev/null/none", "relative", "off"] {
        let output = command(&["describe"]).env("DYNAMICS365_CACHE", cache).output().unwrap();
        assert!(output.status.success(), "{cache}: {}", complaint(&output));
    }
}
