//! The solution of a new definition, and the prefix it requires.

use super::create::{changed, column, post, table};
use super::*;

#[test]
fn the_solution_determines_the_prefix() {
    let with = |header: &str, schema_name: &str| {
        let mut body = table(Vec::new());
        body["SchemaName"] = json!(format!("{schema_name}_BankAccount"));
        body["Attributes"][0]["SchemaName"] = json!(format!("{schema_name}_Name"));
        let headers = [("mscrm.solutionuniquename", header)];
        let response = send(&mut dataverse(), "POST", "EntityDefinitions", &headers, &body);
        let text: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        format!(
            "{} {}",
            response.status().as_u16(),
            text["error"]["code"].as_str().unwrap_or_default()
        )
    };
    assert_eq!(with("Default", "new"), "204 ");
    assert_eq!(with("Crxxxx", "crxxx"), "204 ");
    assert_eq!(with("crXXXX", "crxxx"), "204 ");
    assert_eq!(with("Crxxxx", "new"), "400 0x80044366");
    assert_eq!(with("Nope", "new"), "400 0x80048537");
    // Without a solution the default one applies, unless a setting allows any prefix.
    assert_eq!(with("", "new"), "204 ");
    assert_eq!(with("", "crxxx"), "400 0x80044366");
    // The same, with the solution in the URL.
    let path = "EntityDefinitions?SolutionUniqueName=Crxxxx";
    let response = send(&mut dataverse(), "POST", path, &[], &table(Vec::new()));
    assert_eq!(response.status(), 400);
}

#[test]
fn without_a_solution_a_setting_allows_any_prefix() {
    let mut dataverse = dataverse();
    dataverse.world.settings.any_prefix_without_solution = true;
    let mut body = changed("/SchemaName", json!("crxxx_BankAccount"));
    body["Attributes"][0]["SchemaName"] = json!("crxxx_Name");
    assert_eq!(post(&mut dataverse, &body).status(), 204);
    // A column may always have the prefix of its table.
    dataverse.world.settings.any_prefix_without_solution = false;
    let path = "EntityDefinitions(LogicalName='crxxx_bankaccount')/Attributes";
    let mut add = |name: &str| {
        let body = column("String", name, json!({"MaxLength": 11}));
        send(&mut dataverse, "POST", path, &[], &body).status().as_u16()
    };
    assert_eq!((add("crxxx_Bic"), add("new_Bic"), add("contoso_Bic")), (204, 204, 400));
}

#[test]
fn a_managed_solution_refuses_components() {
    let mut dataverse = dataverse();
    let managed = dataverse
        .world
        .rows("solution")
        .find(|row| row.get("ismanaged").to_json() == true)
        .and_then(|row| row.text("uniquename"))
        .unwrap()
        .to_owned();
    let headers = [("MSCRM.SolutionUniqueName", managed.as_str())];
    let response = send(&mut dataverse, "POST", "EntityDefinitions", &headers, &table(Vec::new()));
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!((response.status().as_u16(), &body["error"]["code"]), (400, &json!("0x8004f01f")));
}
