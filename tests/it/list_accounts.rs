//! `list_accounts`

use dataverse_sim::{Fault, Seed, World};
use host_test::Harness;
use host_test::actions::{FailureKind, ListAccountsInput};
use serde_json::{Value, json};

use crate::inputs::accounts;
use crate::support::{count, insert};

/// An organization with this many accounts.
fn world(accounts: usize) -> World {
    World::new(&Seed { accounts, ..Seed::bare() })
}

fn ids(rows: &[String]) -> Vec<String> {
    let id = |row: &String| {
        let row: Value = serde_json::from_str(row).unwrap();
        row["accountid"].as_str().unwrap().to_owned()
    };
    rows.iter().map(id).collect()
}

#[test]
fn returns_fifty_by_default() {
    let host = Harness::with(world(60));
    assert_eq!(host.list_accounts(&accounts()).unwrap().len(), 50);
    assert_eq!(
        host.journal(),
        "GET /api/data/v9.2/accounts?$select=accountid,name,telephone1,emailaddress1,_primarycontactid_value \
         -> 200\n  prefer: odata.maxpagesize=50"
    );
}

#[test]
fn returns_exactly_the_requested_number_if_enough_exist() {
    for (asked, given) in [(1, 1), (59, 59), (60, 60), (61, 60), (5_000, 60)] {
        let host = Harness::with(world(60));
        let input = ListAccountsInput { records_per_page: Some(asked), ..accounts() };
        let mut ids = ids(&host.list_accounts(&input).unwrap());
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), given, "{asked}");
        assert_eq!(host.requests(), 1, "{asked}");
    }
}

#[test]
fn returns_at_most_five_thousand() {
    let host = Harness::with(world(5_001));
    let input = ListAccountsInput { records_per_page: Some(5_000), ..accounts() };
    assert_eq!(host.list_accounts(&input).unwrap().len(), 5_000);
    assert_eq!(host.requests(), 1);
}

#[test]
fn reads_only_the_columns_that_it_names() {
    let host = Harness::with(world(0));
    insert(&host, "account", json!({"name": "Nordwind", "telephone1": "1", "revenue": 5}));
    let answer = host.invoke("list_accounts", json!({}));
    assert_eq!(answer["success"], true);
    let row = answer["accounts"][0].as_object().unwrap();
    let mut names: Vec<&str> = row.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "@odata.etag",
            "_primarycontactid_value",
            "accountid",
            "emailaddress1",
            "name",
            "telephone1"
        ]
    );
    assert_eq!((&row["name"], &row["telephone1"]), (&json!("Nordwind"), &json!("1")));
}

#[test]
fn lists_those_that_match_the_callers_filter() {
    let host = Harness::new();
    let id = insert(&host, "account", json!({"name": "It's #1 & 50% + more", "revenue": 7}));
    let filter = "revenue eq 7 or name eq 'It''s #1 & 50% + more'";
    let answer = host.invoke("list_accounts", json!({"filter": filter}));
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["accounts"][0]["accountid"], id.as_str());
    let asked = host.sim().journal().last().unwrap().query.clone();
    assert!(asked.ends_with(&format!("&$filter=({filter})")), "{asked}");
}

#[test]
fn treats_a_blank_filter_as_none() {
    let host = Harness::with(world(3));
    let answer = host.invoke("list_accounts", json!({"filter": "  "}));
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 3);
    assert!(!host.journal().contains("$filter"), "{}", host.journal());
}

#[test]
fn returns_an_empty_list_when_none_exist() {
    let host = Harness::with(world(0));
    let answer = host.invoke("list_accounts", json!({}));
    assert_eq!((&answer["success"], &answer["accounts"]), (&json!(true), &json!([])));
}

#[test]
fn refuses_a_number_out_of_range_and_sends_nothing() {
    for number in [0, -1, 5_001, i32::MAX] {
        let host = Harness::new();
        let input = ListAccountsInput { records_per_page: Some(number), ..accounts() };
        let failure = host.list_accounts(&input).unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixInput);
        assert_eq!(
            failure.message,
            format!("`records_per_page` is not usable: `{number}` (expected 1 to 5000)")
        );
        assert_eq!(host.requests(), 0);
    }
}

#[test]
fn refuses_a_filter_that_escapes_its_parentheses_and_sends_nothing() {
    for (filter, rule) in [
        ("statecode eq 0) or (statecode eq 1", "a `)` closes nothing"),
        ("(statecode eq 0", "a `(` is not closed"),
        ("name eq 'O'Brien'", "a `'` is not closed; inside a text a quote is doubled: 'O''Brien'"),
    ] {
        let host = Harness::new();
        let answer = host.invoke("list_accounts", json!({"filter": filter}));
        assert_eq!(answer["success"], false, "{filter}");
        assert_eq!(answer["error"], format!("`filter` is not usable: `{filter}` ({rule})"));
        assert_eq!(host.requests(), 0, "{filter}");
    }
}

#[test]
fn an_ampersand_in_a_filter_starts_no_query_option() {
    let host = Harness::with(world(3));
    let filter = "name ne '&$top=1&$expand=owninguser#'";
    let answer = host.invoke("list_accounts", json!({"filter": filter}));
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 3, "{answer}");
    assert!(answer["accounts"][0].get("owninguser").is_none());
}

#[test]
fn quotes_dynamics_on_a_filter_that_it_does_not_understand() {
    let host = Harness::new();
    let input = ListAccountsInput { filter: Some("colour eq 'red'".to_owned()), ..accounts() };
    let failure = host.list_accounts(&input).unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Refused, Some(400)));
    assert!(failure.message.contains("colour"), "{}", failure.message);
    assert!(!failure.may_have_been_applied && failure.request_id.is_some());
    assert_eq!(host.requests(), 1);
}

#[test]
fn says_that_the_user_may_not_read_accounts() {
    let host = Harness::new();
    let before = count(&host, "account");
    host.sim().next(Fault::Forbidden);
    let failure = host.list_accounts(&accounts()).unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::AskAdministrator, Some(403)));
    assert_eq!((host.requests(), count(&host, "account")), (1, before));
}
