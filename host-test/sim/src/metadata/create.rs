//! `POST EntityDefinitions`: a custom table with its columns
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-definitions-using-web-api)).

mod automatic;
pub(crate) mod entities;
mod kinds;
mod names;
mod new_column;
mod read_column;
mod solution;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::follow::follow_columns;
use crate::clock::Moment;
use crate::definitions::{TableDefinition, label, table, template};
use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::schema::Table;
use crate::world::World;
use new_column::NewColumn;

/// The members that a table must have (documented). A missing primary name column has its own
/// refusal.
const REQUIRED: [&str; 7] = [
    "SchemaName",
    "DisplayName",
    "DisplayCollectionName",
    "OwnershipType",
    "IsActivity",
    "HasActivities",
    "HasNotes",
];

/// Creates a table. Answers 204 with the URL of its definition.
pub(crate) fn table(world: &mut World, exchange: &Exchange) -> Result<Reply, Problem> {
    let body = read_body(exchange, "EntityDefinitions")?;
    let prefixes = solution::prefixes(world, exchange, None)?;
    let id = make(world, &body, &prefixes)?.1;
    let url = format!("{}EntityDefinitions({id})", exchange.service_root());
    Ok(made(world, url))
}

/// Creates a table from its definition. Returns its logical name and the definition's id.
pub(crate) fn make(
    world: &mut World,
    body: &Map<String, Value>,
    prefixes: &[String],
) -> Result<(String, Uuid), Problem> {
    check_members(body)?;
    for name in REQUIRED {
        if body.get(name).is_none_or(Value::is_null) {
            return Err(Problem::missing_property(name, "EntityMetadata"));
        }
    }
    let schema_name =
        names::check(&body["SchemaName"], "Entity", prefixes, world.settings.longest_table_name)?;
    let logical_name = schema_name.to_ascii_lowercase();
    if world.schema.tables.contains_key(&logical_name) {
        return Err(Problem::table_name_taken());
    }
    let user_owned = ownership(&body["OwnershipType"])?;
    if body["IsActivity"] == true {
        return Err(Problem::not_modelled("A custom activity (IsActivity: true)"));
    }
    let primary_id = format!("{logical_name}id");
    let columns = columns(world, body, &logical_name, prefixes)?;
    let primary_name = primary_name(&columns, &logical_name)?;

    let mut made = Table {
        set_name: match world.settings.sets_are_named_like_tables {
            true => logical_name.clone(),
            false => table::plural(&logical_name),
        },
        logical_name,
        schema_name,
        primary_id,
        primary_name,
        columns: Default::default(),
        navigation: Default::default(),
        operations: vec![http::Method::POST, http::Method::PATCH, http::Method::DELETE],
    };
    automatic::add(&mut made, user_owned);
    for column in &columns {
        new_column::check_free(&made, &column.logical_name)?;
        new_column::enter(&mut made, column);
    }
    let definition = define(world, &made, body)?;
    let id = definition.id;
    let name = made.logical_name.clone();
    world.definitions.insert_table(&name, definition);
    world.schema.tables.insert(name.clone(), made);
    for column in columns {
        new_column::define(world, &name, column);
    }
    follow_columns(world, &name);
    Ok((name, id))
}

/// Creates a column in an existing table. Answers 204 with the URL of its definition.
pub(crate) fn column(
    world: &mut World,
    exchange: &Exchange,
    table: &str,
) -> Result<Reply, Problem> {
    let body = read_body(exchange, "Attributes")?;
    let prefixes = solution::prefixes(world, exchange, Some(table))?;
    let column = read_column::read(world, &body, table, &prefixes)?;
    if column.primary_name {
        let first = world.schema.tables.get(table).map(|table| table.primary_name.clone());
        let first = first.unwrap_or_default();
        return Err(Problem::second_primary_name(&first, table, &column.logical_name));
    }
    let Some(found) = world.schema.tables.get_mut(table) else {
        return Err(Problem::no_such_table(table, &uuid::Uuid::nil().to_string()));
    };
    new_column::check_free(found, &column.logical_name)?;
    new_column::enter(found, &column);
    let id = new_column::define(world, table, column);
    follow_columns(world, table);
    let root = exchange.service_root();
    let url = format!("{root}EntityDefinitions(LogicalName='{table}')/Attributes({id})");
    Ok(made(world, url))
}

/// The answer to a create: 204 with the URL of the definition.
fn made(world: &World, url: String) -> Reply {
    let mut reply = Reply::no_content();
    if world.settings.created_table_has_location {
        reply = reply.with("Location", url.clone());
    }
    reply.with("OData-EntityId", url)
}

fn read_body(exchange: &Exchange, set: &str) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_slice(&exchange.body) {
        Ok(Value::Object(body)) => Ok(body),
        // The OData library's text for a body that is not an object.
        _ => Err(Problem::bad_payload(
            set,
            "Invalid JSON. A token was not recognized in the JSON content.",
        )),
    }
}

/// Refuses unknown members. Annotations are ignored, but the type must be that of a table.
fn check_members(body: &Map<String, Value>) -> Result<(), Problem> {
    let kind = body
        .get("@odata.type")
        .and_then(Value::as_str)
        .unwrap_or("Microsoft.Dynamics.CRM.EntityMetadata");
    if kind.trim_start_matches('#') != "Microsoft.Dynamics.CRM.EntityMetadata" {
        return Err(Problem::bad_payload(
            "EntityDefinitions",
            &format!(
                "A type named '{kind}' could not be resolved by the model. When a model is available, each type name must \
             resolve to a valid type."
            ),
        ));
    }
    let known = template::table();
    for name in body.keys() {
        if !name.contains('@') && name != "Attributes" && !known.contains_key(name) {
            return Err(unknown_member(name, "EntityDefinitions", "EntityMetadata"));
        }
    }
    Ok(())
}

/// The refusal of an unknown member.
fn unknown_member(name: &str, set: &str, entity: &str) -> Problem {
    Problem::bad_payload(
        set,
        &format!(
            "Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{entity}'. ---> \
         Microsoft.OData.ODataException: The property '{name}' does not exist on type \
         'Microsoft.Dynamics.CRM.{entity}'. Make sure to only use property names that are defined by the type."
        ),
    )
}

/// Whether rows belong to users rather than to the organization. Custom tables allow only these two
/// (documented).
fn ownership(value: &Value) -> Result<bool, Problem> {
    match value.as_str() {
        Some("UserOwned") => Ok(true),
        Some("OrganizationOwned") => Ok(false),
        Some("None" | "TeamOwned" | "BusinessOwned" | "BusinessParented") => {
            Err(Problem::invalid_ownership())
        }
        _ => Err(Problem::bad_payload(
            "EntityDefinitions",
            &format!(
                "Cannot convert the literal '{}' to the expected type 'Microsoft.Dynamics.CRM.OwnershipTypes'.",
                value.as_str().map_or_else(|| value.to_string(), str::to_owned)
            ),
        )),
    }
}

fn columns(
    world: &World,
    body: &Map<String, Value>,
    table: &str,
    prefixes: &[String],
) -> Result<Vec<NewColumn>, Problem> {
    let items = body.get("Attributes").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut columns: Vec<NewColumn> = Vec::new();
    for item in &items {
        let item = item.as_object().ok_or_else(Problem::invalid_argument)?;
        columns.push(read_column::read(world, item, table, prefixes)?);
    }
    Ok(columns)
}

/// The only primary name column: a string of format Text (documented).
fn primary_name(columns: &[NewColumn], table: &str) -> Result<String, Problem> {
    let mut primary = columns.iter().filter(|column| column.primary_name);
    let first = primary.next().ok_or_else(|| Problem::no_primary_name(table))?;
    if let Some(second) = primary.next() {
        return Err(Problem::second_primary_name(&first.logical_name, table, &second.logical_name));
    }
    if first.kind.cast != Some("String") || first.body["FormatName"]["Value"] != "Text" {
        return Err(Problem::property_out_of_range(
            "FormatName",
            &first.logical_name,
            "the primary name attribute must be a string of the format Text",
        ));
    }
    Ok(first.logical_name.clone())
}

/// The definition: defaults, then the requested members, then those derived from the names.
fn define(
    world: &mut World,
    made: &Table,
    asked: &Map<String, Value>,
) -> Result<TableDefinition, Problem> {
    let language = world.settings.base_language;
    let now = Moment::new(world.now()).to_string();
    let id = world.definitions.new_id(&format!("table {}", made.logical_name));
    let code = world.definitions.next_object_type();
    let mut body = template::table().clone();
    let kept: Vec<String> = body.keys().cloned().collect();
    table::describe(&mut body, made, id.to_string());
    for name in kept.iter().filter(|name| is_choosable(name)) {
        if let Some(value) = asked.get(name) {
            body.insert(name.clone(), value.clone());
        }
    }
    for name in ["DisplayName", "DisplayCollectionName", "Description"] {
        let texts = label::read(asked.get(name), &world.settings)?;
        if texts.is_empty() && name != "Description" {
            return Err(Problem::missing_property(name, "EntityMetadata"));
        }
        let key = format!("{}.{name}", made.logical_name);
        body.insert(name.to_owned(), label::labels(&texts, language, false, &key));
    }
    for (name, value) in [
        ("ObjectTypeCode", json!(code)),
        ("OwnershipType", asked["OwnershipType"].clone()),
        ("CreatedOn", json!(now)),
        ("ModifiedOn", json!(now)),
    ] {
        body.insert(name.to_owned(), value);
    }
    let changed_at = Some(world.now());
    Ok(TableDefinition { id, body, columns: Default::default(), changed_at })
}

/// Members that are copied from the request: switches, help, colour. The names are derived from
/// `SchemaName`.
fn is_choosable(name: &str) -> bool {
    const SWITCHES: [&str; 15] = [
        "HasActivities",
        "HasNotes",
        "HasFeedback",
        "HasEmailAddresses",
        "ChangeTrackingEnabled",
        "IsQuickCreateEnabled",
        "IsDocumentManagementEnabled",
        "IsKnowledgeManagementEnabled",
        "IsBusinessProcessEnabled",
        "AutoCreateAccessTeams",
        "AutoRouteToOwnerQueue",
        "EntityHelpUrlEnabled",
        "EntityHelpUrl",
        "EntityColor",
        "IconVectorName",
    ];
    SWITCHES.contains(&name)
}
