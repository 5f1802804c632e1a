//! Builds the definitions of a table's columns from the schema.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::choices::{self, Naming};
use super::kind::{self, Kind};
use super::label::label;
use super::table::spaced;
use super::template;
use super::{ColumnDefinition, Options, TableDefinition, id};
use crate::schema::{Column, ColumnType, Table};

/// The logical name of a column. The schema has lookups under their `_x_value` name.
pub(crate) fn logical_name(column: &str) -> &str {
    column.strip_prefix('_').and_then(|name| name.strip_suffix("_value")).unwrap_or(column)
}

/// Adds the columns that are new in the schema, replaces those whose kind changed, and removes
/// those no longer in it.
pub(crate) fn follow(known: &mut TableDefinition, table: &Table, language: u32) {
    let in_schema = |name: &str| {
        table.columns.contains_key(name) || table.columns.contains_key(&format!("_{name}_value"))
    };
    known.columns.retain(|name, definition| {
        let shadowed = definition.body["AttributeOf"].as_str();
        in_schema(shadowed.unwrap_or(name)) || definition.kind == kind::PARTY_LIST
    });
    for (at, column) in table.columns.values().enumerate() {
        let name = logical_name(&column.name);
        let kind = kind::of(&column.name, &column.kind);
        let fits = known.columns.get(name).is_some_and(|definition| {
            // A file is a GUID in rows.
            let same = definition.kind.name == kind.name
                || definition.kind.name == "FileType" && kind == kind::UNIQUE_ID;
            same && same_options(definition, column)
        });
        if fits {
            continue;
        }
        let definition = of_schema(table, column, kind, at, language);
        if let Some(shadow) = shadow(table, column, kind, language) {
            known.columns.insert(format!("{name}name"), shadow);
        }
        known.columns.insert(name.to_owned(), definition);
        if kind == kind::OWNER {
            let owner_type = owner_type(table, language);
            known.columns.insert("owneridtype".to_owned(), owner_type);
        }
    }
    if table.logical_name == "appointment" {
        for name in ["requiredattendees", "optionalattendees", "organizer"] {
            let missing = !known.columns.contains_key(name);
            if missing {
                let column = Column::new(name, ColumnType::Guid);
                let definition = of_schema(table, &column, kind::PARTY_LIST, 200, language);
                known.columns.insert(name.to_owned(), definition);
            }
        }
    }
}

fn same_options(definition: &ColumnDefinition, column: &Column) -> bool {
    let Options::Local(set) = &definition.options else { return true };
    let Some(options) = set["Options"].as_array() else { return true };
    options.len() == column.choices.len()
        && options
            .iter()
            .zip(&column.choices)
            .all(|(option, choice)| option["Value"] == choice.value)
}

fn of_schema(
    table: &Table,
    column: &Column,
    kind: &'static Kind,
    at: usize,
    language: u32,
) -> ColumnDefinition {
    let name = logical_name(&column.name);
    let custom = is_prefixed(name);
    let id = id(&format!("column {}.{name}", table.logical_name));
    let key = format!("{}.{name}", table.logical_name);
    let mut body = start(kind, id);
    let key_column = name == table.primary_id;
    let members = [
        ("ColumnNumber", json!(at + 1)),
        ("EntityLogicalName", json!(table.logical_name)),
        ("IsCustomAttribute", json!(custom)),
        ("IsManaged", json!(!custom)),
        ("IsPrimaryId", json!(key_column)),
        ("IsPrimaryName", json!(name == table.primary_name)),
        ("IsValidForCreate", json!(!column.read_only && column.kind != ColumnType::State)),
        ("IsValidForUpdate", json!(!column.read_only && !key_column)),
        ("LogicalName", json!(name)),
        // The schema lacks the real letter case of stock names, so their first letter is
        // capitalized (inferred).
        ("SchemaName", json!(schema_name(name, custom))),
        ("IntroducedVersion", json!(if custom { "1.0.0.0" } else { "5.0.0.0" })),
        ("CreatedOn", json!("1900-01-01T00:00:00Z")),
        ("ModifiedOn", json!("1900-01-01T00:00:00Z")),
        ("Description", label("", language, !custom, &key)),
        ("DisplayName", label(&display(table, name), language, !custom, &key)),
    ];
    for (name, value) in members {
        body.insert(name.to_owned(), value);
    }
    set_required(&mut body, required(table, name));
    if let Some(max) = column.max_length {
        body.insert("MaxLength".to_owned(), json!(max));
        if body.contains_key("DatabaseLength") {
            body.insert("DatabaseLength".to_owned(), json!(max * 2));
        }
    }
    if let ColumnType::Lookup(targets) = &column.kind {
        body.insert("Targets".to_owned(), json!(targets));
    }
    if column.kind == ColumnType::Date {
        body.insert("Format".to_owned(), json!("DateOnly"));
        body.insert("DateTimeBehavior".to_owned(), json!({"Value": "DateOnly"}));
    }
    let options = if kind.has_options() {
        Options::Local(Value::Object(local_options(table, column, kind, custom, language)))
    } else {
        Options::None
    };
    ColumnDefinition { id, kind, body, options }
}

/// The members of a new column of this kind.
pub(crate) fn start(kind: &Kind, id: Uuid) -> Map<String, Value> {
    let mut body = template::column().clone();
    body.insert("AttributeType".to_owned(), json!(kind.code));
    body.insert("AttributeTypeName".to_owned(), json!({"Value": kind.name}));
    body.insert("MetadataId".to_owned(), json!(id.to_string()));
    if let Ok(Value::Object(own)) = serde_json::from_str(kind.own) {
        body.extend(own);
    }
    body
}

/// Sets the requirement level.
pub(crate) fn set_required(body: &mut Map<String, Value>, level: &str) {
    let changeable = level != "SystemRequired";
    let property = "canmodifyrequirementlevelsettings";
    let value = template::managed(json!(level), changeable, property);
    body.insert("RequiredLevel".to_owned(), value);
}

fn local_options(
    table: &Table,
    column: &Column,
    kind: &Kind,
    custom: bool,
    language: u32,
) -> Map<String, Value> {
    let name = format!("{}_{}", table.logical_name, column.name);
    let id = id(&format!("choice {name}"));
    let display = display(table, &column.name);
    let code = match kind.cast {
        Some("State") => "State",
        Some("Status") => "Status",
        _ => "Picklist",
    };
    let naming = Naming { id, name: &name, display: &display, kind: code, global: false, custom };
    if kind.cast == Some("Boolean") {
        return choices::yes_no(&naming, ["No", "Yes"], language);
    }
    let options = choices::options(&column.choices, language, !custom, &name);
    let options = match (code, table.columns.get("statuscode")) {
        ("State", Some(status)) => choices::state_options(options, &status.states),
        ("Status", _) => choices::status_options(options, &column.states),
        _ => options,
    };
    choices::set(&naming, options, language)
}

/// The `…name` column beside each choice, yes/no and lookup, which holds its display text.
fn shadow(table: &Table, column: &Column, kind: &Kind, language: u32) -> Option<ColumnDefinition> {
    let name = logical_name(&column.name);
    let shadow_kind = match kind.cast {
        Some("Lookup") => kind::STRING,
        _ if kind.has_options() => kind::VIRTUAL,
        _ => return None,
    };
    Some(shadowing(table, name, &format!("{name}name"), shadow_kind, language))
}

/// `owneridtype`: the table of the owner.
fn owner_type(table: &Table, language: u32) -> ColumnDefinition {
    shadowing(table, "ownerid", "owneridtype", kind::ENTITY_NAME, language)
}

fn shadowing(
    table: &Table,
    of: &str,
    name: &str,
    kind: &'static Kind,
    language: u32,
) -> ColumnDefinition {
    let mut column = Column::new(name, ColumnType::Text);
    column.read_only = true;
    let mut definition = of_schema(table, &column, kind, 500, language);
    for (member, value) in [
        ("AttributeOf", json!(of)),
        ("IsValidODataAttribute", json!(false)),
        ("IsValidForUpdate", json!(false)),
        ("IsLogical", json!(true)),
    ] {
        definition.body.insert(member.to_owned(), value);
    }
    definition
}

/// The requirement level of a stock column.
fn required(table: &Table, name: &str) -> &'static str {
    if name == table.primary_id || matches!(name, "statecode" | "ownerid") {
        return "SystemRequired";
    }
    let of_forms = match table.logical_name.as_str() {
        "appointment" => matches!(name, "subject" | "scheduledstart" | "scheduledend"),
        "account" => name == "name",
        "contact" => name == "lastname",
        _ => false,
    };
    if of_forms { "ApplicationRequired" } else { "None" }
}

/// Whether it has the prefix of a publisher: `new_type`, but not `address1_city`.
fn is_prefixed(name: &str) -> bool {
    name.contains('_')
        && !name.starts_with("address")
        && !name.starts_with("entityimage_")
        && !name.ends_with("_base")
}

fn schema_name(name: &str, custom: bool) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if !custom => first.to_ascii_uppercase().to_string() + letters.as_str(),
        _ => name.to_owned(),
    }
}

/// The display name: a few are known, the others are derived from the column's name (inferred).
fn display(table: &Table, name: &str) -> String {
    let known = match (table.logical_name.as_str(), name) {
        ("account", "name") => "Account Name",
        (_, "scheduledstart") => "Start Time",
        (_, "scheduledend") => "End Time",
        (_, "subcategory") => "Sub-Category",
        (_, "statecode") => "Status",
        (_, "statuscode") => "Status Reason",
        (_, "ownerid") => "Owner",
        (_, "createdon") => "Created On",
        (_, "modifiedon") => "Modified On",
        (_, "accountcategorycode") => "Category",
        (_, "prioritycode") => "Priority",
        _ => return spaced(name),
    };
    known.to_owned()
}
