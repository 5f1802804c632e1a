//! The body of a request.

use bytes::Bytes;
use dataverse_sim::Seed;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use serde_json::json;

use super::host::{Gateway, keyed};

const PATH: &str = "/actions/list_accounts";
const LIMIT: usize = 1024 * 1024;

#[test]
fn accepts_json_under_any_of_its_content_types() {
    let gateway = Gateway::new();
    for name in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/vnd.api+json",
    ] {
        let request = keyed("POST", PATH).header(CONTENT_TYPE, name);
        let answer = gateway.send(request.body(r#"{"records_per_page": 2}"#.into()).unwrap());
        assert_eq!(answer.status(), 200, "{name}");
        assert_eq!(answer.json()["accounts"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn treats_an_empty_body_as_an_empty_object() {
    let gateway = Gateway::new();
    assert_eq!(gateway.ask("POST", PATH).status(), 200);
    assert_eq!(gateway.post("list_accounts", "").status(), 200);
}

#[test]
fn refuses_a_body_with_another_content_type() {
    let gateway = Gateway::new();
    for name in
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "+json", ""]
    {
        let request = keyed("POST", PATH).header(CONTENT_TYPE, name);
        let answer = gateway.send(request.body("{}".into()).unwrap());
        assert_eq!(answer.status(), 415, "{name}");
        assert_eq!(answer.header("accept"), Some("application/json"));
    }
    let answer = gateway.send(keyed("POST", PATH).body("{}".into()).unwrap());
    assert_eq!(answer.status(), 415);
    let request = keyed("POST", PATH).header(CONTENT_TYPE, "application/json");
    let request = request.header(CONTENT_ENCODING, "gzip");
    assert_eq!(gateway.send(request.body("{}".into()).unwrap()).status(), 415);
    assert_eq!(gateway.requests(), 0);
}

#[test]
fn refuses_a_body_that_is_larger_than_one_mebibyte() {
    let gateway = Gateway::new();
    // One byte over the limit is too large; at the limit it is a JSON text.
    let body = format!("{{{}}}", " ".repeat(LIMIT - 2));
    assert_eq!(gateway.post("list_accounts", body.clone()).status(), 200);
    let asked = gateway.requests();
    let answer = gateway.post("list_accounts", body.clone() + " ");
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.problem()["error"], "the body is larger than 1024 KiB");
    // The declared length alone decides.
    let request = keyed("POST", PATH).header(CONTENT_TYPE, "application/json");
    let request = request.header(CONTENT_LENGTH, LIMIT + 1);
    assert_eq!(gateway.send(request.body("{}".into()).unwrap()).status(), 413);
    assert_eq!(gateway.requests(), asked);
}

#[test]
fn refuses_a_body_that_is_not_a_json_object() {
    let gateway = Gateway::new();
    for body in [&b"{"[..], b"[]", b"null", b"\xff\xfe", b"{\"records_per_page\": \"2\"}"] {
        let answer = gateway.post("list_accounts", Bytes::from_static(body));
        assert_eq!(answer.status(), 400, "{body:?}");
        answer.problem();
    }
    assert_eq!(gateway.requests(), 0);
}

#[test]
fn passes_on_any_text() {
    let gateway = Gateway::new();
    let id = Seed::appointment(0).to_string();
    let subject = "Grüße, \"日本\" \n\u{1F600}";
    let input = json!({"appointment_id": id, "subject": subject});
    assert_eq!(gateway.act("update_appointment", &input).status(), 200);
    let sim = gateway.sim();
    let row = sim.world.rows("appointment").find(|row| row.id() == Seed::appointment(0)).unwrap();
    assert_eq!(row.text("subject"), Some(subject));
}
