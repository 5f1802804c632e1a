use alloc::format;
use alloc::vec::Vec;

use super::*;

fn input() -> CreateCustomEntityInput {
    CreateCustomEntityInput {
        solution_id: "a56b3f4b-1be7-e611-8101-e0071b6af231".into(),
        display_name: "Bank Account".into(),
        primary_attribute: "Account Name".into(),
        language_code: None,
        additional_attributes: None,
        description: None,
        has_activities: None,
        has_notes: Some(true),
    }
}

fn solution() -> Solution {
    Solution {
        unique_name: "Sales".into(),
        prefix: "new".into(),
        first_option: 100_000_000,
        language: None,
    }
}

fn table(additional: &str) -> serde_json::Value {
    let input =
        CreateCustomEntityInput { additional_attributes: Some(additional.into()), ..input() };
    let table = NewTable::check(&input, 1_033).unwrap().definition(&solution());
    serde_json::from_str(&table.json).unwrap()
}

fn refusal(additional: &str) -> String {
    let input =
        CreateCustomEntityInput { additional_attributes: Some(additional.into()), ..input() };
    NewTable::check(&input, 1_033).err().unwrap().message.clone()
}

fn names(table: &serde_json::Value) -> Vec<&str> {
    let attributes = table["Attributes"].as_array().unwrap().iter();
    attributes.map(|attribute| attribute["SchemaName"].as_str().unwrap()).collect()
}

#[test]
fn sends_what_the_documentation_requires() {
    let table = table("[]");
    assert_eq!(table["SchemaName"], "new_BankAccount");
    assert_eq!(table["OwnershipType"], "UserOwned");
    assert_eq!(table["DisplayCollectionName"]["LocalizedLabels"][0]["Label"], "Bank Accounts");
    assert_eq!(table["HasNotes"], true);
    let primary = &table["Attributes"][0];
    assert_eq!(primary["@odata.type"], "Microsoft.Dynamics.CRM.StringAttributeMetadata");
    assert_eq!(primary["IsPrimaryName"], true);
    assert_eq!(primary["FormatName"]["Value"], "Text");
    assert_eq!(primary["SchemaName"], "new_AccountName");
}

#[test]
fn accepts_every_form_of_a_list_of_columns() {
    for form in [
        r#"[{"name":"Balance","type":"money"}]"#,
        r#"{"attributes":[{"name":"Balance","type":"currency"}]}"#,
        r#"{"name":"Balance","type":"Money"}"#,
        r#"{"Balance":{"type":"money"}}"#,
        r#"{"Balance":"money"}"#,
        r#"[{"SchemaName":"new_Balance","DisplayName":"Balance","AttributeTypeName":{"Value":"MoneyType"}}]"#,
        r##"[{"@odata.type":"#Microsoft.Dynamics.CRM.MoneyAttributeMetadata","SchemaName":"Balance"}]"##,
    ] {
        let table = table(form);
        assert_eq!(names(&table), ["new_AccountName", "new_Balance"], "{form}");
        let column = &table["Attributes"][1];
        assert_eq!(column["AttributeTypeName"]["Value"], "MoneyType", "{form}");
        assert_eq!(column["PrecisionSource"], 2, "{form}");
        assert_eq!(column["DisplayName"]["LocalizedLabels"][0]["Label"], "Balance", "{form}");
    }
}

#[test]
fn keeps_the_members_of_a_full_definition() {
    let table = table(
        r#"[{"@odata.type":"Microsoft.Dynamics.CRM.DecimalAttributeMetadata","SchemaName":"new_Rate","Precision":10,"MinValue":0.0,"MaxValue":100.50}]"#,
    );
    let column = &table["Attributes"][1];
    assert_eq!(column["Precision"], 10);
    assert_eq!(column["MaxValue"], 100.5);
}

#[test]
fn numbers_options_from_the_publishers_prefix() {
    let table = table(
        r#"[{"name":"Stage","type":"choice","options":["Open",{"value":7,"label":"Won"},"ExchangeError"]}]"#,
    );
    let options = table["Attributes"][1]["OptionSet"]["Options"].as_array().unwrap();
    let values: Vec<_> = options.iter().map(|option| option["Value"].as_i64().unwrap()).collect();
    assert_eq!(values, [100_000_000, 7, 100_000_002]);
}

#[test]
fn keeps_names_apart() {
    let table = table(
        r#"[{"name":"Account name","type":"string"},{"name":"Bank account id","type":"string"}]"#,
    );
    assert_eq!(names(&table), ["new_AccountName", "new_AccountName2", "new_BankAccountId2"]);
}

#[test]
fn completes_every_kind() {
    for kind in [
        "string", "memo", "integer", "bigint", "decimal", "double", "money", "boolean", "datetime",
        "date", "image", "file",
    ] {
        let table = table(&format!(
            r#"[{{"name":"X","type":"{kind}","required":true,"description":"d"}}]"#
        ));
        let column = &table["Attributes"][1];
        assert_eq!(column["RequiredLevel"]["Value"], "ApplicationRequired", "{kind}");
        assert!(column["@odata.type"].as_str().unwrap().ends_with("AttributeMetadata"), "{kind}");
        assert_eq!(column["Description"]["LocalizedLabels"][0]["Label"], "d", "{kind}");
    }
}

#[test]
fn names_the_wrong_definition() {
    for (additional, refused) in [
        (
            "[{\"name\":\"A\"}]",
            "`additional_attributes[0]` has no type; expected `type` (such as \"string\") or `@odata.type`",
        ),
        (
            "[{\"type\":\"string\"}]",
            "`additional_attributes[0]` has no name; expected `name` or `SchemaName`",
        ),
        ("[1]", "`additional_attributes[0]` is `1`; expected a definition, which is a JSON object"),
        (
            "[{\"name\":\"A\",\"type\":\"string\"},{\"name\":\"B\",\"type\":\"Lookup\"}]",
            "`additional_attributes[1]` is of the type `Lookup`, which is a relationship to another table and cannot be made together with the table",
        ),
        (
            "[{\"name\":\"A\",\"type\":\"memo\",\"precision\":2}]",
            "`additional_attributes[0]` has a member `precision`, which a column of the type `Memo` does not have",
        ),
        (
            "[{\"name\":\"A\",\"type\":\"choice\"}]",
            "`additional_attributes[0]` is a choice without `options`; expected some, such as [\"Open\", \"Closed\"]",
        ),
    ] {
        assert_eq!(refusal(additional), refused);
    }
    assert!(refusal("[{").starts_with("`additional_attributes` is not JSON"));
    assert!(refusal("nothing").starts_with("`additional_attributes` is not JSON"));
    for kind in ["colour", "-", ""] {
        let refused = refusal(&format!(r#"[{{"name":"A","type":"{kind}"}}]"#));
        assert!(refused.contains("none that a column can be made with"), "{kind}");
    }
}
