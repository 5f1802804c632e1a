//! `EntityDefinitions` and `GlobalOptionSetDefinitions`: the definitions of tables and columns
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-metadata)).

mod create;
mod filter;
mod follow;
mod path;
mod read;
mod shape;
#[cfg(test)]
mod tests;

use http::Method;

use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::world::World;
use follow::{follow_columns, follow_tables, forget_table};
use path::{Key, Segment};

/// Answers a request about definitions.
pub(crate) fn answer(world: &mut World, exchange: &Exchange) -> Result<Reply, Problem> {
    follow_tables(world);
    let path = path::read(&exchange.resource)?;
    for table in tables_asked_for(world, &path, &exchange.query) {
        follow_columns(world, &table);
    }
    match exchange.method {
        Method::GET | Method::HEAD => read::answer(world, exchange, &path),
        Method::POST => match &path[..] {
            [Segment { name, key: None }] if name == "EntityDefinitions" => {
                create::table(world, exchange)
            }
            [table, Segment { name, key: None }] if name == "Attributes" => {
                create::column(world, exchange, &logical_name(world, table)?)
            }
            [Segment { name, .. }, ..] => Err(Problem::not_modelled(&format!("POST below {name}"))),
            [] => Err(Problem::bad_syntax()),
        },
        Method::DELETE => match &path[..] {
            [table] if table.name == "EntityDefinitions" && table.key.is_some() => {
                delete_table(world, &logical_name(world, table)?)
            }
            [table, Segment { name, key: Some(key) }] if name == "Attributes" => {
                let table = logical_name(world, table)?;
                delete_column(world, &table, key)
            }
            [Segment { key: None, .. }] => Err(Problem::method_not_allowed(&exchange.method)),
            _ => Err(Problem::not_modelled("DELETE of global choices")),
        },
        // Definitions have no PATCH; PUT replaces them (documented).
        Method::PATCH => Err(Problem::method_not_allowed(&exchange.method)),
        _ => Err(Problem::not_modelled(&format!("{} of definitions", exchange.method))),
    }
}

/// The tables whose columns are needed: the path's table, or all if the request expands their
/// columns.
fn tables_asked_for(world: &World, path: &[Segment], query: &str) -> Vec<String> {
    match path.first() {
        Some(first) if first.key.is_some() => logical_name(world, first).into_iter().collect(),
        Some(_) if query.contains("Attributes") => world.schema.tables.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The table that `EntityDefinitions(…)` names.
fn logical_name(world: &World, segment: &Segment) -> Result<String, Problem> {
    if segment.name != "EntityDefinitions" {
        return Err(Problem::no_such_segment(&segment.name));
    }
    let definitions = &world.definitions;
    let (found, name, id) = match &segment.key {
        Some(Key::Id(id)) => (definitions.table_by_id(*id), String::new(), id.to_string()),
        Some(Key::Name(_, name)) => {
            (definitions.table(name), name.clone(), uuid::Uuid::nil().to_string())
        }
        None => return Err(Problem::no_such_segment("Attributes")),
    };
    let found = found.ok_or_else(|| Problem::no_such_table(&name, &id))?;
    Ok(found.name().to_owned())
}

/// Deletes a custom table with all its rows: 204. Other tables are refused (code and text:
/// inferred).
fn delete_table(world: &mut World, name: &str) -> Result<Reply, Problem> {
    let custom = world.definitions.table(name).is_some_and(|t| t.body["IsCustomEntity"] == true);
    if !custom {
        let message = "The specified entity cannot be deleted.";
        return Err(Problem::new(http::StatusCode::BAD_REQUEST, "0x80047008", message));
    }
    forget_table(world, name);
    Ok(Reply::no_content())
}

/// Deletes a custom column, except the key and the primary name: 204. Its values remain but are
/// invisible. Other columns are refused (code and text: inferred).
fn delete_column(world: &mut World, table: &str, key: &Key) -> Result<Reply, Problem> {
    let definition = world.definitions.table(table);
    let found = definition.and_then(|definition| match key {
        Key::Id(id) => definition.columns.iter().find(|(_, column)| column.id == *id),
        Key::Name(_, name) => definition.columns.get_key_value(name),
    });
    let Some((name, column)) = found else {
        return Err(Problem::no_such_column(&key.context()));
    };
    let is = |member: &str| column.body[member] == true;
    if !is("IsCustomAttribute") || is("IsPrimaryId") || is("IsPrimaryName") {
        let message = "The specified attribute cannot be deleted.";
        return Err(Problem::new(http::StatusCode::BAD_REQUEST, "0x80047009", message));
    }
    let name = name.clone();
    if let Some(found) = world.schema.tables.get_mut(table) {
        found.columns.remove(&name);
        found.columns.remove(&format!("{name}_base"));
    }
    follow_columns(world, table);
    Ok(Reply::no_content())
}

/// Answers `CreateEntities`.
pub(crate) fn create_entities(world: &mut World, exchange: &Exchange) -> Result<Reply, Problem> {
    create::entities::answer(world, exchange)
}
