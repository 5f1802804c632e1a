//! The definitions of tables, columns and choices: what the organization knows of them beyond the
//! schema.

pub(crate) mod choices;
pub(crate) mod column;
pub(crate) mod kind;
pub(crate) mod label;
pub(crate) mod table;
pub(crate) mod template;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::schema::Schema;
use kind::Kind;

/// All definitions, in step with the schema.
#[derive(Debug, Clone, Default)]
pub(crate) struct Definitions {
    tables: BTreeMap<String, TableDefinition>,
    choices: BTreeMap<String, GlobalChoice>,
    made: u64,
}

/// A table's definition.
#[derive(Debug, Clone)]
pub(crate) struct TableDefinition {
    pub(crate) id: Uuid,
    /// All members in wire order, without the columns.
    pub(crate) body: Map<String, Value>,
    /// Columns by logical name.
    pub(crate) columns: BTreeMap<String, ColumnDefinition>,
    /// The time when a request created or last changed it; the caches lag behind.
    pub(crate) changed_at: Option<i64>,
}

/// A column's definition.
#[derive(Debug, Clone)]
pub(crate) struct ColumnDefinition {
    pub(crate) id: Uuid,
    pub(crate) kind: &'static Kind,
    pub(crate) body: Map<String, Value>,
    pub(crate) options: Options,
}

/// The options of a column.
#[derive(Debug, Clone)]
pub(crate) enum Options {
    /// None.
    None,
    /// Its own: an `OptionSetMetadata`.
    Local(Value),
    /// The options of the global choice with this name.
    Global(String),
}

/// A global choice (option set).
#[derive(Debug, Clone)]
pub(crate) struct GlobalChoice {
    pub(crate) id: Uuid,
    pub(crate) body: Map<String, Value>,
}

impl Definitions {
    /// Adds the tables that are new in the schema, and removes those no longer in it.
    pub(crate) fn follow_tables(&mut self, schema: &Schema, language: u32) {
        if self.choices.is_empty() {
            let stock = choices::stock(language);
            self.choices.insert("budgetstatus".to_owned(), stock);
        }
        self.tables.retain(|name, _| schema.tables.contains_key(name));
        for (at, (name, found)) in schema.tables.iter().enumerate() {
            if !self.tables.contains_key(name) {
                let table = table::of_schema(found, at, language);
                self.tables.insert(name.clone(), table);
            }
        }
    }

    /// Does the same for the columns of one table, on demand, because columns are many.
    pub(crate) fn follow_columns(&mut self, schema: &Schema, table: &str, language: u32) {
        let found = schema.tables.get(table);
        if let (Some(known), Some(found)) = (self.tables.get_mut(table), found) {
            column::follow(known, found, language);
        }
    }

    /// A new id, the same in every run.
    pub(crate) fn new_id(&mut self, of: &str) -> Uuid {
        self.made += 1;
        id(&format!("{of} {}", self.made))
    }

    /// The `ObjectTypeCode` of the next custom table.
    pub(crate) fn next_object_type(&self) -> i64 {
        let codes = self.tables.values().filter_map(|table| table.body["ObjectTypeCode"].as_i64());
        // Codes from 11,000 on belong to tables of the schema.
        codes.filter(|code| (10_000..11_000).contains(code)).max().map_or(10_000, |code| code + 1)
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableDefinition> {
        self.tables.values()
    }

    pub(crate) fn table(&self, logical_name: &str) -> Option<&TableDefinition> {
        self.tables.get(logical_name)
    }

    pub(crate) fn table_mut(&mut self, logical_name: &str) -> Option<&mut TableDefinition> {
        self.tables.get_mut(logical_name)
    }

    pub(crate) fn table_by_id(&self, id: Uuid) -> Option<&TableDefinition> {
        self.tables.values().find(|table| table.id == id)
    }

    pub(crate) fn insert_table(&mut self, logical_name: &str, table: TableDefinition) {
        self.tables.insert(logical_name.to_owned(), table);
    }

    pub(crate) fn choices(&self) -> impl Iterator<Item = &GlobalChoice> {
        self.choices.values()
    }

    pub(crate) fn choice(&self, name: &str) -> Option<&GlobalChoice> {
        self.choices.get(name)
    }

    pub(crate) fn choice_by_id(&self, id: Uuid) -> Option<(&String, &GlobalChoice)> {
        self.choices.iter().find(|(_, choice)| choice.id == id)
    }

    pub(crate) fn insert_choice(&mut self, name: &str, choice: GlobalChoice) {
        self.choices.insert(name.to_owned(), choice);
    }
}

impl TableDefinition {
    /// The logical name.
    pub(crate) fn name(&self) -> &str {
        self.body["LogicalName"].as_str().unwrap_or_default()
    }
}

/// The id for a name, the same in every run.
pub(crate) fn id(of: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, of.as_bytes())
}
