//! Rows that are valid by JSON's grammar but that many readers refuse, through every interface: no
//! second reader turns a success into a failure, and each interface passes the text on unchanged.

use dataverse_sim::{Dataverse, Fault, Told, World};
use host_test::actions::ListAccountsInput;
use host_test::{Backend, Connector, Harness, InProcess, Outcome, Secrets, Settings};
use serde_json::json;
use tokio::runtime::Builder;

use crate::gateway::host::Gateway;

/// Odd values of a column.
fn odd() -> Vec<String> {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    vec![
        r#""cut \ud83d""#.to_owned(),
        r#""\udc00 first""#.to_owned(),
        r#"{"\ud83d":1}"#.to_owned(),
        "1e400".to_owned(),
        "-1E+999".to_owned(),
        "123456789012345678901234567890.12345678901234567890".to_owned(),
        "9".repeat(400),
        nested(120),
        r#"{"a":1,"a":2,"":null}"#.to_owned(),
        r#"{"success":false,"error":"no"}"#.to_owned(),
        r#""nul \u0000 del \u007f""#.to_owned(),
        "\"del \u{7f} line \u{2028} mark \u{feff}\"".to_owned(),
        format!("\"{}\"", "x".repeat(5_000_000)),
    ]
}

fn fault(value: &str) -> Fault {
    Fault::RawMember { name: "name".to_owned(), json: value.to_owned() }
}

fn assert_passed_on(door: &str, answer: &str, value: &str) {
    let start: String = value.chars().take(40).collect();
    assert!(answer.contains(value), "{door} changes `{start}`: {answer:.300}");
}

#[test]
fn pass_unchanged_through_the_connector() {
    let mut world = World::default();
    world.settings.authentication = false;
    let simulator = InProcess::new(Dataverse::new(world));
    let backend = Backend::InProcess(simulator.clone());
    let connector = Connector::new(Settings { backend, ..Settings::default() }).unwrap();
    let secrets = Secrets::new()
        .with("instance_url", "org12345.crm.dynamics.com")
        .with("access_token", "token");
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    for value in odd() {
        simulator.dataverse().tell(Told::always(fault(&value)));
        let input = ListAccountsInput { filter: None, records_per_page: Some(1) };
        let typed = runtime.block_on(connector.list_accounts(&secrets, &input)).unwrap().unwrap();
        assert_passed_on("the typed function", &typed[0], &value);
        let input = r#"{"records_per_page":1}"#;
        let call = connector.invoke(&secrets, "list_accounts", input);
        let invoked = runtime.block_on(call).unwrap();
        assert!(Outcome::of(&invoked).is_some_and(|outcome| outcome.success), "{invoked:.300}");
        assert_passed_on("`invoke`", &invoked, &value);
        let ran = runtime.block_on(connector.run(&secrets, "list_accounts", input));
        assert_passed_on("`run`", &ran.unwrap().unwrap(), &value);
        simulator.dataverse().forget_faults();
    }
}

#[test]
fn pass_through_the_harness() {
    for value in odd() {
        let host = Harness::new();
        host.sim().next(fault(&value));
        let answer = host.invoke("list_accounts", json!({"records_per_page": 1}));
        assert_eq!(answer["success"], true, "{value:.40}");
    }
}

#[test]
fn pass_unchanged_through_the_gateway() {
    for value in odd() {
        let gateway = Gateway::new();
        gateway.sim().next(fault(&value));
        let answer = gateway.act("list_accounts", &json!({"records_per_page": 1}));
        assert_eq!(answer.status(), 200, "{value:.40}");
        assert_passed_on("the gateway", answer.text(), &value);
    }
}
