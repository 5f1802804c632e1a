//! `POST CreateEntities`: the same as `POST EntityDefinitions`, for several tables, with type names
//! that start with `Complex`.
//!
//! Microsoft's Python client creates its tables this way. The answer and atomicity of the action
//! are not documented: 204, and all or nothing (inferred).

use serde_json::{Map, Value};

use super::super::follow::{follow_tables, forget_table};
use super::{make, read_body, solution};
use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::world::World;

/// Creates the tables of `Entities`.
pub(crate) fn answer(world: &mut World, exchange: &Exchange) -> Result<Reply, Problem> {
    if exchange.method != http::Method::POST {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    follow_tables(world);
    let body = read_body(exchange, "CreateEntities")?;
    let entities = body.get("Entities").and_then(Value::as_array);
    let entities = entities
        .filter(|list| !list.is_empty())
        .ok_or_else(|| Problem::missing_property("Entities", "CreateEntities"))?;
    let prefixes = solution::prefixes(world, exchange, None)?;
    let mut made = Vec::new();
    for entity in entities {
        let entity = plain(entity, "ComplexEntityMetadata")?;
        match make(world, &entity, &prefixes) {
            Ok((name, _)) => made.push(name),
            Err(problem) => {
                made.iter().for_each(|name| forget_table(world, name));
                return Err(problem);
            }
        }
    }
    Ok(Reply::no_content())
}

/// The definition with the types of `EntityDefinitions`. This action refuses the plain types
/// (client).
fn plain(entity: &Value, expected: &str) -> Result<Map<String, Value>, Problem> {
    let kind = entity["@odata.type"].as_str().unwrap_or_default().trim_start_matches('#');
    if kind.strip_prefix(PREFIX) != Some(expected) {
        return Err(wrong_type(kind, expected));
    }
    let mut entity = entity.clone();
    let columns = entity.get_mut("Attributes").and_then(Value::as_array_mut);
    for column in columns.into_iter().flatten() {
        let kind = column["@odata.type"].as_str().unwrap_or_default();
        if !kind.trim_start_matches('#').starts_with(&format!("{PREFIX}Complex")) {
            return Err(wrong_type(kind, "ComplexAttributeMetadata"));
        }
    }
    simplify(&mut entity);
    entity.as_object().cloned().ok_or_else(Problem::invalid_argument)
}

const PREFIX: &str = "Microsoft.Dynamics.CRM.";

fn wrong_type(kind: &str, expected: &str) -> Problem {
    // The text of the OData library.
    Problem::bad_payload(
        "CreateEntities",
        &format!(
            "A type named '{kind}' is not assignable to the expected type '{PREFIX}{expected}'."
        ),
    )
}

/// Removes `Complex` from every type name.
fn simplify(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(text) if name == "@odata.type" => {
                        *text = text.replacen(".Complex", ".", 1);
                    }
                    other => simplify(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        _ => {}
    }
}
