//! `plugin.run`: the same output as `invoke`, and typed failures.

use dataverse_sim::Seed;
use host_test::Harness;
use host_test::actions::FailureKind;
use serde_json::json;

use crate::inputs::least_inputs;

#[test]
fn returns_the_output_of_invoke() {
    for (action, input) in least_inputs(&Harness::new()) {
        // Two organizations, because a second table with the same name is refused.
        let answer = Harness::new().run(action, input.clone()).unwrap();
        assert_eq!(answer, Harness::new().invoke_text(action, &input.to_string()), "{action}");
    }
}

#[test]
fn returns_a_failure_with_its_kind_and_the_message_of_invoke() {
    let host = Harness::new();
    let input = json!({"account_id": Seed::contact(0).to_string()});
    let failure = host.run("get_account", input.clone()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert_eq!(failure.status, Some(404));
    assert_eq!(failure.code.as_deref(), Some("0x80040217"));
    assert!(failure.request_id.is_some());
    assert_eq!(host.invoke("get_account", input)["error"], failure.message);
}

#[test]
fn refuses_an_unknown_action_and_an_invalid_field() {
    let host = Harness::new();
    for (action, input) in [("delete_account", json!({})), ("list_accounts", json!({"page": 2}))] {
        let failure = host.run(action, input.clone()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixInput);
        assert_eq!(host.invoke(action, input)["error"], failure.message);
    }
    assert_eq!(host.requests(), 0);
}
