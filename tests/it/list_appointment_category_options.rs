//! `list_appointment_category_options`
//!
//! It lists the same as `list_appointment_categories`, whose scenarios cover columns of every type.

use dataverse_sim::{Fault, Global, Seed, World};
use host_test::Harness;
use host_test::actions::{CategoryValue, FailureKind};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::insert;

const ACTION: &str = "list_appointment_category_options";
const SETTING: &str = "appointment_category_column";

fn empty() -> Harness {
    Harness::with(World::new(&Seed::bare()))
}

fn options(host: &Harness) -> Value {
    let answer = host.invoke(ACTION, json!({}));
    assert_eq!((&answer["success"], &answer["error"]), (&json!(true), &Value::Null), "{answer}");
    answer["options"].clone()
}

#[test]
fn lists_each_text_of_a_stock_organization_as_an_option() {
    let host = Harness::new();
    insert(&host, "appointment", json!({"category": "Abc"}));
    assert_eq!(
        options(&host),
        json!([
            {"value": "Abc", "label": "Abc"},
            {"value": "Demo", "label": "Demo"},
            {"value": "Review", "label": "Review"},
        ])
    );
    assert_snapshot!(host.journal(), @"
    GET /api/data/v9.2/EntityDefinitions(LogicalName='appointment')/Attributes(LogicalName='category')?$select=LogicalName,AttributeType,AttributeTypeName -> 200
    GET /api/data/v9.2/appointments?$apply=groupby((category)) -> 200
    ");
}

#[test]
fn lists_a_choice_local_or_global() {
    for global in [Global::No, Global::Yes] {
        let host = empty();
        let choices = [(100_000_000, "Demo"), (100_000_001, "Review")];
        assert!(host.sim().add_choice_column("appointment", "category", &choices, global));
        assert_eq!(
            options(&host),
            json!([
                {"value": 100_000_000, "label": "Demo"},
                {"value": 100_000_001, "label": "Review"},
            ])
        );
        assert_eq!(host.requests(), 2);
    }
}

#[test]
fn lists_labels_of_another_language_and_of_a_hidden_set() {
    let mut world = World::new(&Seed::bare());
    world.settings.user_labels_are_null = true;
    world.settings.global_choice_hides_option_set = true;
    let host = Harness::with(world);
    assert!(host.sim().add_choice_column("appointment", "category", &[(3, "Drei")], Global::Yes));
    assert_eq!(options(&host), json!([{"value": 3, "label": "Drei"}]));
}

#[test]
fn lists_the_column_that_the_setting_names() {
    let host = empty().with_secret(SETTING, "prioritycode");
    let options = host.list_appointment_category_options().unwrap();
    let options: Vec<_> =
        options.iter().map(|option| (&option.value, option.label.as_str())).collect();
    assert!(
        matches!(
            options.as_slice(),
            [
                (CategoryValue::Number(0), "Low"),
                (CategoryValue::Number(1), "Normal"),
                (CategoryValue::Number(2), "High"),
            ]
        ),
        "{options:?}"
    );
}

#[test]
fn lists_nothing_when_no_category_exists() {
    assert_eq!(options(&empty()), json!([]));
}

#[test]
fn reads_the_rows_when_they_cannot_be_grouped() {
    let host = Harness::new();
    let body = r#"{"error":{"code":"0x80060888","message":"Grouping is not supported."}}"#;
    host.sim().next_for("GET", "appointments", Fault::answer(400, body));
    assert_eq!(
        options(&host),
        json!([{"value": "Demo", "label": "Demo"}, {"value": "Review", "label": "Review"}])
    );
    assert_eq!(host.requests(), 3);
}

#[test]
fn names_the_wrong_setting() {
    for (column, asked, message) in [
        ("New Type", 0, "`appointment_category_column` is not a column: `New Type`"),
        ("new_missing", 1, "the table `appointment` has no column `new_missing`"),
        ("createdon", 1, "the column `createdon` of `appointment` cannot hold a category"),
    ] {
        let host = Harness::new().with_secret(SETTING, column);
        let failure = host.list_appointment_category_options().unwrap_err();
        assert_eq!(failure.kind, FailureKind::FixSettings);
        assert!(failure.message.starts_with(message), "{}", failure.message);
        let answer = host.invoke(ACTION, json!({}));
        assert_eq!(
            (&answer["success"], &answer["error"]),
            (&json!(false), &json!(failure.message))
        );
        assert_eq!(host.requests(), 2 * asked, "{column}");
    }
}
