//! Choices: the options of one column, or a global set that several share.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::label::{label, labels};
use super::template::managed;
use super::{GlobalChoice, id};
use crate::schema::Choice;

/// The names and kind of a set of options.
pub(crate) struct Naming<'a> {
    pub(crate) id: Uuid,
    /// `account_industrycode`, `new_colour`
    pub(crate) name: &'a str,
    pub(crate) display: &'a str,
    /// `Picklist`, `State`, `Status`
    pub(crate) kind: &'a str,
    pub(crate) global: bool,
    pub(crate) custom: bool,
}

/// An `OptionSetMetadata`, with its members in wire order: plain ones, labels, options.
pub(crate) fn set(naming: &Naming, options: Vec<Value>, language: u32) -> Map<String, Value> {
    let Naming { name, custom, .. } = *naming;
    let mut body = Map::new();
    let members = [
        ("MetadataId", json!(naming.id.to_string())),
        ("HasChanged", Value::Null),
        ("IsCustomOptionSet", json!(custom)),
        ("IsGlobal", json!(naming.global)),
        ("IsManaged", json!(!custom)),
        ("Name", json!(name)),
        ("ExternalTypeName", Value::Null),
        ("OptionSetType", json!(naming.kind)),
        ("IntroducedVersion", if custom { json!("1.0.0.0") } else { Value::Null }),
        ("ParentOptionSetName", Value::Null),
        ("Description", label("", language, !custom, name)),
        ("DisplayName", label(naming.display, language, !custom, name)),
        ("IsCustomizable", managed(json!(true), false, "iscustomizable")),
        ("Options", Value::Array(options)),
    ];
    for (name, value) in members {
        body.insert(name.to_owned(), value);
    }
    body
}

/// One option.
pub(crate) fn option(
    value: i64,
    texts: &[(String, u32)],
    language: u32,
    managed: bool,
    key: &str,
) -> Value {
    json!({
        "Value": value,
        "Color": null,
        "IsManaged": managed,
        "ExternalValue": null,
        "ParentValues": [],
        "Tag": null,
        "IsHidden": false,
        "MetadataId": null,
        "HasChanged": null,
        "Label": labels(texts, language, managed, &format!("{key}.{value}")),
        "Description": {"LocalizedLabels": [], "UserLocalizedLabel": null},
    })
}

/// The options of a column of the schema.
pub(crate) fn options(choices: &[Choice], language: u32, managed: bool, key: &str) -> Vec<Value> {
    let one = |choice: &Choice| {
        option(choice.value, &[(choice.label.clone(), language)], language, managed, key)
    };
    choices.iter().map(one).collect()
}

/// Options of a state: each has its default status and a name that is never translated.
pub(crate) fn state_options(mut options: Vec<Value>, states: &[(i64, i64)]) -> Vec<Value> {
    for option in &mut options {
        let value = option["Value"].as_i64();
        let default = states.iter().find(|(_, state)| Some(*state) == value);
        let name = option["Label"]["LocalizedLabels"][0]["Label"].clone();
        option["@odata.type"] = json!("#Microsoft.Dynamics.CRM.StateOptionMetadata");
        option["DefaultStatus"] = json!(default.map(|(status, _)| *status));
        option["InvariantName"] = name;
    }
    options
}

/// Options of a status: each belongs to a state.
pub(crate) fn status_options(mut options: Vec<Value>, states: &[(i64, i64)]) -> Vec<Value> {
    for option in &mut options {
        let value = option["Value"].as_i64();
        let state = states.iter().find(|(status, _)| Some(*status) == value);
        option["@odata.type"] = json!("#Microsoft.Dynamics.CRM.StatusOptionMetadata");
        option["State"] = json!(state.map(|(_, state)| *state));
        option["TransitionData"] = Value::Null;
    }
    options
}

/// The set of a yes/no column with its two labels.
pub(crate) fn yes_no(naming: &Naming, [no, yes]: [&str; 2], language: u32) -> Map<String, Value> {
    let mut body = set(naming, Vec::new(), language);
    body.remove("Options");
    body.insert("OptionSetType".to_owned(), json!("Boolean"));
    let one = |value: i64, text: &str| {
        option(value, &[(text.to_owned(), language)], language, !naming.custom, naming.name)
    };
    body.insert("TrueOption".to_owned(), one(1, yes));
    body.insert("FalseOption".to_owned(), one(0, no));
    body
}

/// The only stock global choice, with the values of a fresh organization.
pub(crate) fn stock(language: u32) -> GlobalChoice {
    let name = "budgetstatus";
    let id = id(&format!("choice {name}"));
    let naming =
        Naming { id, name, display: "Budget", kind: "Picklist", global: true, custom: false };
    let texts = ["No Committed Budget", "May Buy", "Can Buy", "Will Buy"];
    let choices: Vec<Choice> =
        (0..).zip(texts).map(|(value, text)| Choice { value, label: text.to_owned() }).collect();
    let body = set(&naming, options(&choices, language, true, name), language);
    GlobalChoice { id, body }
}
