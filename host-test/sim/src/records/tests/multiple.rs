//! `CreateMultiple` and `UpdateMultiple`.

use super::*;
use crate::seed::Seed;

fn world() -> World {
    World::new(&Seed::default())
}

const CREATE: &str = "POST accounts/Microsoft.Dynamics.CRM.CreateMultiple";
const UPDATE: &str = "POST accounts/Microsoft.Dynamics.CRM.UpdateMultiple";
const TYPE: &str = r#""@odata.type":"Microsoft.Dynamics.CRM.account""#;

#[test]
fn creates_many_and_updates_many() {
    let mut world = world();
    let body = format!(r#"{{"Targets":[{{{TYPE},"name":"A"}},{{{TYPE},"name":"B"}}]}}"#);
    let answer = send(&mut world, CREATE, &[], &body).unwrap();
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!(
        json["@odata.context"],
        "https://org.crm.dynamics.com/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse"
    );
    let ids: Vec<&str> =
        json["Ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids.len(), 2);

    let targets: Vec<String> =
        ids.iter().map(|id| format!(r#"{{{TYPE},"accountid":"{id}","telephone1":"1"}}"#)).collect();
    let body = format!(r#"{{"Targets":[{}]}}"#, targets.join(","));
    assert_eq!(send(&mut world, UPDATE, &[], &body).unwrap().status, 204);
    let row = world.row("account", ids[1].parse().unwrap()).unwrap();
    assert_eq!((row.text("name"), row.text("telephone1")), (Some("B"), Some("1")));
}

#[test]
fn one_failure_undoes_all() {
    let mut world = world();
    let before = world.count("account");
    let body = format!(r#"{{"Targets":[{{{TYPE},"name":"A"}},{{{TYPE},"nope":"B"}}]}}"#);
    assert_eq!(refusal(&mut world, CREATE, &body).1, "0x80048d19");
    assert_eq!(world.count("account"), before);

    let (known, unknown) = (Seed::account(0), uuid::Uuid::nil());
    let body = format!(
        r#"{{"Targets":[{{{TYPE},"accountid":"{known}","name":"A"}},{{{TYPE},"accountid":"{unknown}"}}]}}"#
    );
    assert_eq!(refusal(&mut world, UPDATE, &body).1, "0x80040217");
    assert_ne!(world.row("account", known).unwrap().text("name"), Some("A"));
}

#[test]
fn refuses_a_body_that_is_not_a_list_of_rows() {
    let mut world = world();
    for body in ["{}", r#"{"Targets":5}"#, r#"{"Targets":[{"name":"A"}]}"#] {
        assert_eq!(refusal(&mut world, CREATE, body).0, 400, "{body}");
    }
    assert_eq!(refusal(&mut world, &CREATE.replace("POST", "GET"), "").0, 405);
    assert_eq!(refusal(&mut world, &CREATE.replace("Create", "Upsert"), "{}").0, 501);
}
