//! A new column, and its addition to the schema and definitions.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::automatic;
use crate::definitions::kind::Kind;
use crate::definitions::{ColumnDefinition, Options, column};
use crate::problem::Problem;
use crate::schema::{Column, ColumnType, Table};
use crate::world::World;

/// A checked column that does not exist yet.
pub(crate) struct NewColumn {
    pub(crate) logical_name: String,
    pub(crate) kind: &'static Kind,
    pub(crate) primary_name: bool,
    /// Its definition, without the id that [`define`] gives it.
    pub(crate) body: Map<String, Value>,
    pub(crate) options: Options,
    /// The column in the schema.
    pub(crate) column: Column,
}

/// Refuses a name that the table already has.
pub(crate) fn check_free(table: &Table, name: &str) -> Result<(), Problem> {
    let taken = table.columns.keys().any(|known| column::logical_name(known) == name);
    if taken { Err(Problem::column_name_taken()) } else { Ok(()) }
}

/// Adds the column to the schema; a money column brings its companion columns.
pub(crate) fn enter(table: &mut Table, new: &NewColumn) {
    table.columns.insert(new.logical_name.clone(), new.column.clone());
    if new.column.kind == ColumnType::Money {
        let base = format!("{}_base", new.logical_name);
        let mut companion = Column::new(&base, ColumnType::Money);
        companion.read_only = true;
        table.columns.insert(base, companion);
        let mut rate = Column::new("exchangerate", ColumnType::Decimal);
        rate.read_only = true;
        table.columns.entry(rate.name.clone()).or_insert(rate);
        if !table.columns.contains_key("_transactioncurrencyid_value") {
            let target = "transactioncurrency";
            automatic::lookup(table, "transactioncurrencyid", &[target], target, false);
        }
    }
}

/// Adds the column to the definitions, under a new id.
pub(crate) fn define(world: &mut World, table: &str, new: NewColumn) -> Uuid {
    let id = world.definitions.new_id(&format!("column {table}.{}", new.logical_name));
    let now = world.now();
    let NewColumn { logical_name, kind, mut body, options, .. } = new;
    body.insert("MetadataId".to_owned(), json!(id.to_string()));
    if let Some(definition) = world.definitions.table_mut(table) {
        let number = definition.columns.len() + 1;
        body.insert("ColumnNumber".to_owned(), json!(number));
        definition.changed_at = definition.changed_at.map(|_| now);
        definition.columns.insert(logical_name, ColumnDefinition { id, kind, body, options });
    }
    id
}
