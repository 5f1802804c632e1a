//! `search_accounts`

use dataverse_sim::{Seed, World};
use host_test::Harness;
use host_test::actions::FailureKind;
use serde_json::json;

use crate::inputs::search;
use crate::support::insert;

/// An organization with only the accounts of these names.
fn accounts(names: &[&str]) -> Harness {
    let host = Harness::with(World::new(&Seed::bare()));
    for name in names {
        insert(&host, "account", json!({"name": name}));
    }
    host
}

/// The names of the accounts it finds.
fn found(host: &Harness, term: &str) -> Vec<String> {
    let answer = host.invoke("search_accounts", json!({"search_term": term}));
    assert_eq!(answer["success"], true, "{term}: {answer}");
    let rows = answer["accounts"].as_array().unwrap().iter();
    let mut names: Vec<_> = rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn finds_a_part_of_the_name_anywhere_and_in_any_case() {
    let host = accounts(&["Contoso Ltd", "New CONTOSO", "Fabrikam"]);
    assert_eq!(found(&host, "onToso"), ["Contoso Ltd", "New CONTOSO"]);
    assert_eq!(
        host.journal(),
        "GET /api/data/v9.2/accounts?$select=accountid,name,telephone1,emailaddress1,_primarycontactid_value\
         &$filter=contains(name,'onToso') -> 200"
    );
}

#[test]
fn treats_the_term_literally() {
    // Each term, what it must find, and what it would find as a wildcard or a pattern.
    for (term, name, other) in [
        ("O'Brien", "O'Brien & Sons", "OBrien & Sons"),
        ("''", "Two '' quotes", "One ' quote"),
        ("100% W", "100% Wool", "1000 Wool"),
        ("e_c", "snake_case", "snakescase"),
        ("[EU]", "Brackets [EU]", "Brackets E"),
        ("[^a]", "Not [^a] set", "Not b set"),
        ("[[]", "Open [[] bracket", "Open [ bracket"),
        ("a&b", "a&b", "a"),
        ("50%25", "50%25 off", "50% off"),
        ("c#d", "c#d", "c"),
        ("e+f", "e+f", "e f"),
        ("Größe", "Größe", "Grosse"),
        ("') or (name ne '", "x') or (name ne 'y", "Fabrikam"),
        ("\\", "back\\slash", "backslash"),
        ("😀", "smile 😀", "smile"),
    ] {
        let host = accounts(&[name, other]);
        assert_eq!(found(&host, term), [name], "{term}");
        assert_eq!(host.requests(), 1, "{term}");
    }
}

#[test]
fn returns_an_empty_list_when_no_name_contains_it() {
    let host = accounts(&["Contoso"]);
    assert_eq!(found(&host, "Fabrikam"), [""; 0]);
}

#[test]
fn ignores_space_around_the_term() {
    let host = accounts(&["Contoso", "Fabrikam"]);
    assert_eq!(found(&host, "  oso\t"), ["Contoso"]);
}

#[test]
fn returns_at_most_five_thousand() {
    let seed = Seed { accounts: 5_020, ..Seed::bare() };
    let host = Harness::with(World::new(&seed));
    let rows = host.search_accounts(&search("0")).unwrap();
    assert_eq!((rows.len(), host.requests()), (5_000, 1));
}

#[test]
fn refuses_a_blank_term_and_one_longer_than_any_name_and_sends_nothing() {
    let host = Harness::new();
    let long = "x".repeat(1_001);
    for (term, message) in [
        (" \t", "`search_term` must not be blank".to_owned()),
        (
            long.as_str(),
            format!("`search_term` is not usable: `{}…` (at most 1000 characters)", "x".repeat(99)),
        ),
    ] {
        let failure = host.search_accounts(&search(term)).unwrap_err();
        assert_eq!((failure.kind, failure.message), (FailureKind::FixInput, message));
    }
    let answer = host.invoke("search_accounts", json!({}));
    assert_eq!(answer["success"], false);
    assert!(answer["error"].as_str().unwrap().contains("search_term"), "{answer}");
    assert_eq!(host.requests(), 0);
}
