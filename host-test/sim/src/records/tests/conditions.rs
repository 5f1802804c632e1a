use super::*;
use crate::seed::Seed;

fn patch(world: &mut World, id: &str, header: (&str, &str)) -> (u16, String) {
    let line = format!("PATCH accounts({id})");
    match send(world, &line, &[header], "{\"name\":\"Changed\"}") {
        Ok(answer) => (answer.status, String::new()),
        Err(problem) => (problem.status.as_u16(), problem.code),
    }
}

const NOWHERE: &str = "00000000-0000-0000-0000-00000000000a";

#[test]
fn if_match_never_creates() {
    let mut world = World::default();
    let before = world.count("account");
    assert_eq!(patch(&mut world, NOWHERE, ("If-Match", "*")), (404, "0x80040217".to_owned()));
    assert_eq!(world.count("account"), before);
}

#[test]
fn if_match_refuses_another_version() {
    let mut world = World::default();
    let id = Seed::account(0).to_string();
    let etag = world.row("account", Seed::account(0)).unwrap().etag();
    assert_eq!(patch(&mut world, &id, ("If-Match", "W/\"1\"")), (412, "0x80060882".to_owned()));
    assert_eq!(world.row("account", Seed::account(0)).unwrap().text("name"), Some("Contoso Ltd"));
    assert_eq!(patch(&mut world, &id, ("if-match", &etag)).0, 204);
    assert_eq!(patch(&mut world, &id, ("if-match", &etag)).0, 412);
}

#[test]
fn if_none_match_only_creates() {
    let mut world = World::default();
    let id = Seed::account(0).to_string();
    assert_eq!(patch(&mut world, &id, ("If-None-Match", "*")), (412, "0x80040237".to_owned()));
    assert_eq!(patch(&mut world, NOWHERE, ("If-None-Match", "*")).0, 204);
    assert_eq!(patch(&mut world, &id, ("If-None-Match", "null")).0, 204);
}

#[test]
fn a_delete_is_conditional_too() {
    let mut world = World::default();
    let line = format!("DELETE accounts({})", Seed::account(0));
    let refused = send(&mut world, &line, &[("If-Match", "W/\"1\"")], "").unwrap_err();
    assert_eq!(refused.status, 412);
    assert_eq!(world.count("account"), 25);
}
