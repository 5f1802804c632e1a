//! Failures of actions: the status by their kind, and the problem details.

use dataverse_sim::{Fault, Limit, RetryAfter, Seed, Told, When};
use serde_json::json;

use super::host::{Answer, Gateway};

fn list(gateway: &Gateway) -> Answer {
    gateway.act("list_accounts", &json!({}))
}

/// A gateway whose organization always gives this response.
fn answering(fault: Fault) -> Gateway {
    let gateway = Gateway::new();
    gateway.sim().tell(Told::always(fault));
    gateway
}

fn assert_kind(answer: &Answer, kind: &str, status: u16) {
    assert_eq!(answer.problem()["kind"], kind, "{}", answer.text());
    assert_eq!(answer.status(), status, "{kind}");
}

#[test]
fn have_the_status_of_their_kind() {
    let gateway = Gateway::new();
    assert_kind(&gateway.act("list_accounts", &json!({"records_per_page": 0})), "fix-input", 400);
    let lacking = Gateway::new().without("DYNAMICS365_INSTANCE_URL");
    assert_kind(&list(&lacking), "fix-settings", 500);
    assert_kind(&list(&answering(Fault::ExpiredToken)), "sign-in", 502);
    assert_kind(&list(&answering(Fault::Forbidden)), "ask-administrator", 403);
    let nobody = json!({"account_id": Seed::contact(0).to_string()});
    assert_kind(&gateway.act("get_account", &nobody), "not-found", 404);
    let change = json!({"appointment_id": Seed::appointment(0).to_string(), "subject": "x"});
    let changed = answering(Fault::PreconditionFailed);
    assert_kind(&changed.act("update_appointment", &change), "read-again", 409);
    assert_kind(&list(&answering(Fault::throttled(120))), "wait", 429);
    assert_kind(&list(&answering(Fault::server_error(503))), "wait", 503);
    assert_kind(&list(&answering(Fault::ConnectionRefused)), "wait", 503);
    let filter = json!({"filter": "nonsense eq 1"});
    assert_kind(&gateway.act("list_accounts", &filter), "refused", 422);
    assert_kind(&list(&answering(Fault::OtherShape)), "report", 502);
}

#[test]
fn say_when_to_retry() {
    let answer = list(&answering(Fault::Throttled {
        limit: Limit::ExecutionTime,
        retry_after: RetryAfter::Seconds(301),
    }));
    assert_eq!(answer.header("retry-after"), Some("301"));
    let problem = answer.problem();
    assert_eq!(problem["retry_after_seconds"], 301);
    assert_eq!(problem["dynamics_status"], 429);
    assert_eq!(problem["code"], "0x80072321");
    assert_eq!(list(&answering(Fault::server_error(503))).header("retry-after"), None);
}

#[test]
fn quote_dynamics() {
    let id = Seed::contact(0).to_string();
    let problem = Gateway::new().act("get_account", &json!({ "account_id": id })).problem();
    assert_eq!(problem["dynamics_status"], 404);
    assert_eq!(problem["code"], "0x80040217");
    assert!(problem["request_id"].is_string());
    assert_eq!(problem["retry_after_seconds"], json!(null));
    assert_eq!(problem["may_have_been_applied"], false);
    assert!(problem["error"].as_str().unwrap().contains(&id), "{problem}");
}

#[test]
fn say_whether_a_write_may_have_been_applied() {
    let gateway = Gateway::new();
    // The write is applied, but its outcome stays unknown.
    gateway.sim().next_for("PATCH", "appointments", Fault::Reset(When::AfterCommit));
    gateway.sim().tell(Told::always(Fault::server_error(503)).resource("appointments"));
    let change = json!({"appointment_id": Seed::appointment(0).to_string(), "subject": "x"});
    let answer = gateway.act("update_appointment", &change);
    assert_kind(&answer, "wait", 503);
    assert_eq!(answer.problem()["may_have_been_applied"], true);
}

#[test]
fn omit_the_connectors_members_when_it_was_not_called() {
    let problem = Gateway::new().ask("GET", "/nowhere").problem();
    assert!(problem.get("kind").is_none(), "{problem}");
    assert!(problem.get("may_have_been_applied").is_none(), "{problem}");
}
