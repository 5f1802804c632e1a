//! `list_appointment_categories`

use dataverse_sim::{Choice, Column, ColumnType, Fault, Global, Problem, Seed, World};
use host_test::Harness;
use host_test::actions::{CategoryType, CategoryValue, FailureKind};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::insert;

const SETTING: &str = "appointment_category_column";

/// An organization without appointments.
fn empty() -> Harness {
    Harness::with(World::new(&Seed::bare()))
}

/// An organization that always gives this response to requests for columns.
fn with_column(column: Column) -> Harness {
    let mut world = World::new(&Seed::bare());
    let table = world.schema.tables.get_mut("appointment").unwrap();
    table.columns.insert(column.name.clone(), column);
    Harness::with(world)
}

fn answer(host: &Harness) -> Value {
    let answer = host.invoke("list_appointment_categories", json!({}));
    assert_eq!((&answer["success"], &answer["error"]), (&json!(true), &Value::Null), "{answer}");
    json!([answer["category_type"], answer["categories"]])
}

/// The output for a text column with these values.
fn texts(values: &[&str]) -> Value {
    let categories: Vec<_> =
        values.iter().map(|value| json!({"value": value, "label": value})).collect();
    json!(["text", categories])
}

#[test]
fn lists_each_text_of_a_stock_organization_once_and_in_order() {
    let host = Harness::new();
    for category in ["Zoo", "Abc", "Zoo", "O'Brien \"&\" ä", ""] {
        insert(&host, "appointment", json!({"subject": "x", "category": category}));
    }
    assert_eq!(answer(&host), texts(&["Abc", "Demo", "O'Brien \"&\" ä", "Review", "Zoo"]));
    assert_snapshot!(host.journal(), @"
    GET /api/data/v9.2/EntityDefinitions(LogicalName='appointment')/Attributes(LogicalName='category')?$select=LogicalName,AttributeType,AttributeTypeName -> 200
    GET /api/data/v9.2/appointments?$apply=groupby((category)) -> 200
    ");
}

#[test]
fn lists_nothing_when_no_appointment_has_a_category() {
    let host = empty();
    insert(&host, "appointment", json!({"subject": "x"}));
    assert_eq!(answer(&host), texts(&[]));
}

#[test]
fn reads_the_rows_when_too_many_exist_to_group() {
    let host = Harness::new();
    let refusal = Problem::aggregate_limit();
    let body = json!({"error": {"code": refusal.code, "message": refusal.message}});
    host.sim().next_for("GET", "appointments", Fault::answer(400, body.to_string()));
    assert_eq!(answer(&host), texts(&["Demo", "Review"]));
    assert_snapshot!(host.journal(), @"
    GET /api/data/v9.2/EntityDefinitions(LogicalName='appointment')/Attributes(LogicalName='category')?$select=LogicalName,AttributeType,AttributeTypeName -> 200
    GET /api/data/v9.2/appointments?$apply=groupby((category)) -> 400
    GET /api/data/v9.2/appointments?$select=category&$filter=category ne null -> 200
    ");
}

#[test]
fn reports_that_neither_grouping_nor_reading_works() {
    let host = Harness::new();
    for _ in 0..2 {
        let body = r#"{"error":{"code":"0x80040203","message":"Not today."}}"#;
        host.sim().next_for("GET", "appointments", Fault::answer(400, body));
    }
    let failure = host.list_appointment_categories().unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused);
    assert!(failure.message.ends_with("it says: Not today."), "{}", failure.message);
    assert_eq!(host.requests(), 3);
}

#[test]
fn lists_the_options_of_a_choice_local_or_global() {
    for global in [Global::No, Global::Yes] {
        let host = Harness::new();
        let options = [(100_000_001, "Review"), (100_000_000, "Demo \"1\"")];
        assert!(host.sim().add_choice_column("appointment", "category", &options, global));
        assert_eq!(
            answer(&host),
            json!(["picklist", [
                {"value": 100_000_001, "label": "Review"},
                {"value": 100_000_000, "label": "Demo \"1\""},
            ]])
        );
        assert_eq!(host.requests(), 2);
    }
}

#[test]
fn lists_the_options_of_a_global_choice_that_hides_them() {
    let mut world = World::new(&Seed::bare());
    world.settings.global_choice_hides_option_set = true;
    let host = Harness::with(world);
    assert!(host.sim().add_choice_column("appointment", "category", &[(5, "Five")], Global::Yes));
    assert_eq!(answer(&host), json!(["picklist", [{"value": 5, "label": "Five"}]]));
}

#[test]
fn reads_the_type_then_the_options() {
    let host = empty().with_secret(SETTING, "prioritycode");
    assert_eq!(
        answer(&host),
        json!(["picklist", [
            {"value": 0, "label": "Low"},
            {"value": 1, "label": "Normal"},
            {"value": 2, "label": "High"},
        ]])
    );
    assert_snapshot!(host.journal(), @"
    GET /api/data/v9.2/EntityDefinitions(LogicalName='appointment')/Attributes(LogicalName='prioritycode')?$select=LogicalName,AttributeType,AttributeTypeName -> 200
    GET /api/data/v9.2/EntityDefinitions(LogicalName='appointment')/Attributes(LogicalName='prioritycode')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options) -> 200
    ");
}

#[test]
fn uses_a_label_in_another_language_if_the_user_has_none() {
    let mut world = World::new(&Seed::bare());
    world.settings.user_labels_are_null = true;
    let host = Harness::with(world);
    assert!(host.sim().add_choice_column("appointment", "category", &[(1, "Demo")], Global::No));
    assert_eq!(answer(&host), json!(["picklist", [{"value": 1, "label": "Demo"}]]));
}

#[test]
fn shows_the_number_of_an_option_without_any_label() {
    let host = empty().with_secret(SETTING, "prioritycode");
    let body = json!({"LogicalName": "prioritycode", "GlobalOptionSet": null, "OptionSet": {"Options": [
        {"Value": 1, "Label": {"LocalizedLabels": [], "UserLocalizedLabel": null}},
        {"Value": 2, "Label": null},
    ]}});
    host.sim().next_for("GET", "EntityDefinitions", type_of("prioritycode", "Picklist"));
    host.sim().next_for("GET", "EntityDefinitions", Fault::answer(200, body.to_string()));
    assert_eq!(
        answer(&host),
        json!(["picklist", [{"value": 1, "label": "1"}, {"value": 2, "label": "2"}]])
    );
}

/// The response that gives the column this type.
fn type_of(column: &str, kind: &str) -> Fault {
    Fault::answer(200, json!({"LogicalName": column, "AttributeType": kind}).to_string())
}

#[test]
fn lists_the_options_of_a_multi_choice() {
    let choices =
        [(1, "Low"), (2, "High")].map(|(value, label)| Choice { value, label: label.to_owned() });
    let column =
        Column { choices: choices.into(), ..Column::new("new_tags", ColumnType::MultiChoice) };
    let host = with_column(column).with_secret(SETTING, "new_tags");
    let all = json!([{"value": 1, "label": "Low"}, {"value": 2, "label": "High"}]);
    assert_eq!(answer(&host), json!(["picklist", all]));
}

#[test]
fn lists_the_values_of_the_column_that_the_setting_names() {
    for column in ["subcategory", "location", " location "] {
        let host = empty().with_secret(SETTING, column);
        for room in ["Room 2", "Room 1", "Room 2"] {
            insert(&host, "appointment", json!({"category": "Not this", column.trim(): room}));
        }
        assert_eq!(answer(&host), texts(&["Room 1", "Room 2"]), "{column}");
    }
}

#[test]
fn lists_the_numbers_of_a_column_of_numbers() {
    let host = empty().with_secret(SETTING, "importsequencenumber");
    for number in [30, 10, 30] {
        insert(&host, "appointment", json!({"importsequencenumber": number}));
    }
    assert_eq!(answer(&host), texts(&["10", "30"]));
}

#[test]
fn gives_the_values_typed() {
    let host = empty();
    insert(&host, "appointment", json!({"category": "7"}));
    let list = host.list_appointment_categories().unwrap();
    assert_eq!(list.category_type, CategoryType::Text);
    assert!(matches!(&list.categories[0].value, CategoryValue::Text(text) if text == "7"));
    assert!(host.sim().add_choice_column("appointment", "category", &[(7, "Seven")], Global::No));
    let list = host.list_appointment_categories().unwrap();
    assert_eq!(list.category_type, CategoryType::Picklist);
    assert!(matches!(list.categories[0].value, CategoryValue::Number(7)));
}

#[test]
fn reports_an_unknown_column() {
    let host = Harness::new().with_secret(SETTING, "new_missing");
    let failure = host.list_appointment_categories().unwrap_err();
    assert_eq!(failure.kind, FailureKind::FixSettings);
    assert_snapshot!(failure.message, @"the table `appointment` has no column `new_missing`, in which to store the category; does `appointment_category_column` name another one? (not found in Dynamics 365 (404, `0x80040217`); it says: Could not find an attribute with specified name: new_missing)");
    assert_eq!(host.requests(), 1);
}

#[test]
fn refuses_a_column_that_can_hold_no_category() {
    for (column, kind) in [
        ("scheduledstart", "DateTime"),
        ("statecode", "State"),
        ("isalldayevent", "Boolean"),
        ("regardingobjectid", "Lookup"),
        ("exchangerate", "Decimal"),
    ] {
        let host = Harness::new().with_secret(SETTING, column);
        let failure = host.list_appointment_categories().unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixSettings);
        assert_eq!(
            failure.message,
            format!(
                "the column `{column}` of `appointment` cannot hold a category, since it is of the type `{kind}` \
                 (expected a choice or a text; `appointment_category_column` names the column)"
            )
        );
        assert_eq!(host.requests(), 1);
    }
}

#[test]
fn sends_nothing_for_a_setting_that_is_not_a_column_name() {
    for column in ["Category", "new type", "x')/Keys", "1st", "category,subject", "ä"] {
        let host = Harness::new().with_secret(SETTING, column);
        let failure = host.list_appointment_categories().unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixSettings);
        assert_eq!(
            failure.message,
            format!(
                "`appointment_category_column` is not a column: `{column}` (expected a logical name such as new_type)"
            )
        );
        assert_eq!(host.requests(), 0, "{column}");
    }
}

#[test]
fn reports_that_the_user_may_not_read_definitions() {
    let host = Harness::new();
    host.sim().next_for("GET", "EntityDefinitions", Fault::Forbidden);
    let failure = host.list_appointment_categories().unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::AskAdministrator, Some(403)));
    assert_eq!(host.requests(), 1);
}

#[test]
fn takes_no_fields() {
    let host = Harness::new();
    let answer = host.invoke("list_appointment_categories", json!({"table": "appointment"}));
    assert_eq!(answer["success"], false);
    assert_eq!(answer["error"], "unknown field `table` (this action takes none)");
    assert_eq!(host.requests(), 0);
}
