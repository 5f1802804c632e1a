//! A custom choice column for tests, in one call.

use serde_json::{Value, json};

use super::Dataverse;
use crate::definitions::choices::{self, Naming};
use crate::definitions::column::start;
use crate::definitions::label::label;
use crate::definitions::table::spaced;
use crate::definitions::{ColumnDefinition, GlobalChoice, Options, id, kind};
use crate::schema::{Choice, Column, ColumnType};

/// Whether a choice column uses a global choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Global {
    /// It uses a global choice of the same name.
    Yes,
    /// It has its own options.
    No,
}

impl Dataverse {
    /// Adds a choice column to a table (`appointment`, `new_type`), or replaces the column with
    /// this name: in some organizations `appointment.category` is a choice. Returns `false` if the
    /// table does not exist.
    pub fn add_choice_column(
        &mut self,
        table: &str,
        column: &str,
        options: &[(i64, &str)],
        global: Global,
    ) -> bool {
        let world = &mut self.world;
        let language = world.settings.base_language;
        world.definitions.follow_tables(&world.schema, language);
        let Some(found) = world.schema.tables.get_mut(table) else { return false };
        let mut made = Column::new(column, ColumnType::Choice);
        made.choices = options
            .iter()
            .map(|(value, label)| Choice { value: *value, label: (*label).to_owned() })
            .collect();
        let kind = kind::of(column, &made.kind);
        let items = choices::options(&made.choices, language, false, column);
        found.columns.insert(column.to_owned(), made);

        let display = spaced(column);
        let set_id = id(&format!("choice {table}.{column}"));
        let naming = Naming {
            id: set_id,
            name: column,
            display: &display,
            kind: "Picklist",
            global: global == Global::Yes,
            custom: true,
        };
        let set = choices::set(&naming, items, language);
        let options = match global {
            Global::No => Options::Local(Value::Object(set)),
            Global::Yes => {
                world.definitions.insert_choice(column, GlobalChoice { id: set_id, body: set });
                Options::Global(column.to_owned())
            }
        };
        let id = id(&format!("column {table}.{column}"));
        let mut body = start(kind, id);
        for (name, value) in [
            ("EntityLogicalName", json!(table)),
            ("LogicalName", json!(column.to_ascii_lowercase())),
            ("SchemaName", json!(column)),
            ("DisplayName", label(&display, language, false, column)),
            ("Description", label("", language, false, column)),
            ("CreatedOn", json!("1900-01-01T00:00:00Z")),
            ("ModifiedOn", json!("1900-01-01T00:00:00Z")),
        ] {
            body.insert(name.to_owned(), value);
        }
        if let Some(definition) = world.definitions.table_mut(table) {
            let made = ColumnDefinition { id, kind, body, options };
            definition.columns.insert(column.to_owned(), made);
        }
        true
    }
}
