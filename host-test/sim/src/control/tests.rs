use super::*;
use crate::world::World;

/// An organization with its control interface.
struct Controlled {
    control: Control,
    dataverse: Dataverse,
}

impl Controlled {
    fn new() -> Self {
        let dataverse = Dataverse::new(World::default());
        Controlled { control: Control::of(&dataverse), dataverse }
    }

    fn ask(&mut self, line: &str, body: &str) -> (u16, Value) {
        let (method, path) = line.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path).header("host", "sim.test");
        let request = request.body(Bytes::from(body.to_owned())).unwrap();
        let response = self.control.answer(&mut self.dataverse, &request);
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), body)
    }

    fn done(&mut self, line: &str, body: &str) {
        let answer = self.ask(line, body);
        assert_eq!(answer, (200, json!({"done": true})), "{line}");
    }

    fn accounts(&self) -> usize {
        self.dataverse.world.count("account")
    }
}

#[test]
fn every_listed_endpoint_answers() {
    let mut own = Controlled::new();
    for endpoint in &ENDPOINTS {
        let line = endpoint.request.replace("NAME", "a");
        let body = match endpoint.request {
            "POST /_sim/faults" => "GET accounts=429",
            "POST /_sim/clock" => r#"{"advance": 1}"#,
            "POST /_sim/settings" => r#"{"request_limit": 10}"#,
            "PUT /_sim/rows" => r#"{"account": []}"#,
            _ => "",
        };
        let (status, answer) = own.ask(&line, body);
        assert_eq!(status, 200, "{line}: {answer}");
        assert!(answer.is_object(), "{line}: {answer}");
    }
    assert!(own.dataverse.journal().is_empty());
}

#[test]
fn a_reset_restores_the_initial_state() {
    let mut own = Controlled::new();
    own.done("PUT /_sim/rows", r#"{"account": []}"#);
    own.done("POST /_sim/settings", r#"{"request_limit": 1}"#);
    own.done("POST /_sim/faults", "GET accounts=429:always");
    own.ask("POST /_sim/clock", r#"{"set": "2030-01-01T00:00:00Z"}"#);
    assert_eq!(own.accounts(), 0);
    own.done("POST /_sim/reset", "");
    assert_eq!(own.accounts(), 25);
    assert_eq!(own.dataverse.world.settings.request_limit, Settings::default().request_limit);
    assert_eq!(own.ask("GET /_sim/faults", "").1, json!({"faults": []}));
    assert_eq!(own.ask("GET /_sim/clock", "").1["now"], "2026-02-16T09:00:00Z");
}

#[test]
fn a_snapshot_can_be_restored_repeatedly() {
    let mut own = Controlled::new();
    own.done("PUT /_sim/snapshots/full", "");
    for _ in 0..2 {
        own.done("PUT /_sim/rows", r#"{"account": []}"#);
        own.done("POST /_sim/snapshots/full/restore", "");
        assert_eq!(own.accounts(), 25);
    }
    let (status, answer) = own.ask("POST /_sim/snapshots/other/restore", "");
    assert_eq!(status, 404);
    assert!(answer["error"].as_str().unwrap().starts_with("no snapshot `other`"));
}

#[test]
fn settings_are_set_all_or_nothing() {
    let mut own = Controlled::new();
    let (status, answer) =
        own.ask("POST /_sim/settings", r#"{"request_limit": 1, "dop_hnt": "4"}"#);
    assert_eq!(status, 400);
    assert_eq!(answer["error"], "unknown setting `dop_hnt` (did you mean `dop_hint`?)");
    assert_ne!(own.dataverse.world.settings.request_limit, 1);
}

#[test]
fn a_malformed_request_is_refused_in_a_sentence() {
    let mut own = Controlled::new();
    for (line, body, status, says) in [
        ("PUT /_sim/reset", "", 405, "unknown endpoint `PUT /_sim/reset`"),
        ("GET /_sim/nothing", "", 404, "unknown endpoint `GET /_sim/nothing`"),
        ("GET /_sim/rows/acount", "", 404, "no table `acount`"),
        ("GET /_sim/journal?after=x", "", 400, "`after=x` is not a number of requests"),
        (
            "POST /_sim/faults",
            "GET acounts=429",
            400,
            "unknown resource `acounts` (did you mean `accounts`?)",
        ),
        ("POST /_sim/clock", r#"{"set": "noon"}"#, 400, "`noon` is not a time"),
        ("POST /_sim/clock", r#"{"advance": -1}"#, 400, "the clock only goes forward"),
        ("POST /_sim/clock", "{}", 400, "the clock takes one member"),
        ("POST /_sim/settings", "[]", 400, "the body is not a JSON object"),
        ("PUT /_sim/rows", r#"{"acount": []}"#, 400, "unknown table `acount`"),
    ] {
        let (got, answer) = own.ask(line, body);
        let error = answer["error"].as_str().unwrap_or_default();
        assert_eq!(got, status, "{line}: {error}");
        assert!(error.starts_with(says), "{line}: {error}");
    }
}

#[test]
fn a_page_of_another_origin_is_refused() {
    let mut own = Controlled::new();
    for (origin, status) in [("http://sim.test", 200), ("http://evil.example", 403), ("null", 403)]
    {
        let request = Request::post("/_sim/reset").header("host", "sim.test");
        let request = request.header("origin", origin).body(Bytes::new()).unwrap();
        let response = own.control.answer(&mut own.dataverse, &request);
        assert_eq!(response.status(), status, "{origin}");
    }
}
