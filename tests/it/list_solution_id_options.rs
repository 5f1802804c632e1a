//! `list_solution_id_options`

use dataverse_sim::{Fault, Seed, World};
use host_test::Harness;
use host_test::actions::FailureKind;
use serde_json::{Value, json};

use crate::inputs::contoso_solution;
use crate::support::insert;

fn solution(unique: &str, label: &str, visible: bool, managed: bool) -> Value {
    json!({
        "uniquename": unique, "friendlyname": label, "version": "1.0",
        "isvisible": visible, "ismanaged": managed,
    })
}

fn labels(host: &Harness) -> Vec<String> {
    let options = host.list_solution_id_options().unwrap();
    options.into_iter().map(|option| option.label).collect()
}

#[test]
fn lists_the_visible_unmanaged_solutions_by_name() {
    let host = Harness::new();
    insert(&host, "solution", solution("Aardvark", "Aardvark", true, false));
    insert(&host, "solution", solution("Hidden", "Hidden", false, false));
    insert(&host, "solution", solution("Managed", "Managed", true, true));
    insert(&host, "solution", solution("HiddenManaged", "Hidden and managed", false, true));
    assert_eq!(
        labels(&host),
        ["Aardvark", "Common Data Services Default Solution", "Contoso Sales", "Default Solution"]
    );
    assert_eq!(
        host.journal(),
        "GET /api/data/v9.2/solutions?$select=solutionid,uniquename,friendlyname\
         &$filter=ismanaged eq false and isvisible eq true&$orderby=friendlyname -> 200"
    );
}

#[test]
fn returns_each_as_an_id_and_a_label() {
    let host = Harness::new();
    let answer = host.invoke("list_solution_id_options", json!({}));
    assert_eq!(answer["success"], true);
    let options = answer["solutions"].as_array().unwrap();
    let contoso = json!({"value": contoso_solution(&host), "label": "Contoso Sales"});
    assert!(options.contains(&contoso), "{answer}");
}

#[test]
fn falls_back_to_the_unique_name_without_a_friendly_name() {
    let host = Harness::new();
    let id = insert(&host, "solution", solution("Nameless", "", true, false));
    let options = host.list_solution_id_options().unwrap();
    let found = options.iter().find(|option| option.value == id).unwrap();
    assert_eq!(found.label, "Nameless");
}

#[test]
fn lists_all_of_many() {
    let host = Harness::with(World::new(&Seed { solutions: 700, ..Seed::bare() }));
    assert_eq!((labels(&host).len(), host.requests()), (703, 1));
}

#[test]
fn its_solutions_accept_a_new_table() {
    let host = Harness::new();
    let answer = host.invoke("list_solution_id_options", json!({}));
    let options = answer["solutions"].as_array().unwrap().clone();
    assert_eq!(options.len(), 3);
    for (n, option) in options.iter().enumerate() {
        let input = json!({
            "solution_id": option["value"],
            "display_name": format!("Ledger {n}"),
            "primary_attribute": "Name",
        });
        let answer = host.invoke("create_custom_entity", input);
        assert_eq!(answer["success"], true, "{option}: {answer}");
    }
}

#[test]
fn refuses_a_field_and_sends_nothing() {
    let host = Harness::new();
    let answer = host.invoke("list_solution_id_options", json!({"managed": true}));
    assert_eq!(answer["success"], false);
    assert!(answer["error"].as_str().unwrap().contains("managed"), "{answer}");
    assert_eq!(host.requests(), 0);
}

#[test]
fn says_that_the_user_may_not_read_solutions() {
    let host = Harness::new();
    host.sim().next(Fault::Forbidden);
    let failure = host.list_solution_id_options().unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::AskAdministrator, Some(403)));
}
