//! `get_account`

use host_test::Harness;
use host_test::actions::{FailureKind, GetAccountInput};
use serde_json::json;

use crate::support::insert;

#[test]
fn reads_every_column_of_the_account() {
    let host = Harness::new();
    let id = insert(&host, "account", json!({"name": "O'Brien & Sons", "revenue": 5_000_000}));
    let answer = host.invoke("get_account", json!({"account_id": id}));
    assert_eq!(answer["success"], true);
    assert_eq!(answer["account"]["name"], "O'Brien & Sons");
    assert_eq!(answer["account"]["accountid"], id.as_str());
    assert!(answer["account"].as_object().unwrap().len() > 140);
    assert_eq!(host.journal(), format!("GET /api/data/v9.2/accounts({id}) -> 200"));
}

#[test]
fn accepts_braces_and_upper_case() {
    let host = Harness::new();
    let id = insert(&host, "account", json!({"name": "Contoso"}));
    let braced = format!(" {{{}}} ", id.to_uppercase());
    let row = host.get_account(&GetAccountInput { account_id: braced }).unwrap();
    assert!(row.contains(&id), "{row}");
}

#[test]
fn reports_an_unknown_account() {
    let host = Harness::new();
    let account_id = "00000000-0000-0000-0000-000000000001".to_owned();
    let failure = host.get_account(&GetAccountInput { account_id }).unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert_eq!((failure.status, failure.code.as_deref()), (Some(404), Some("0x80040217")));
    assert_eq!(
        failure.message,
        "not found in Dynamics 365 (404, `0x80040217`); it says: Entity 'account' With Id = \
         00000000-0000-0000-0000-000000000001 Does Not Exist"
    );
    assert!(failure.request_id.is_some());
}

#[test]
fn sends_nothing_for_a_malformed_id() {
    for id in ["", "x)/contacts", "00000000-0000-0000-0000-00000000000"] {
        let host = Harness::new();
        let answer = host.invoke("get_account", json!({"account_id": id}));
        assert_eq!(answer["success"], false, "{id}");
        assert!(answer["error"].as_str().unwrap().contains("expected a GUID"), "{answer}");
        assert_eq!(answer["account"], json!(null));
        assert_eq!(host.requests(), 0, "{id}");
    }
}
