//! The state of the organization.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::cell::Cell;
use crate::clock::Clock;
use crate::definitions::Definitions;
use crate::ids::Ids;
use crate::payload::{Member, Payload, Use, change, insert};
use crate::problem::Problem;
use crate::schema::{Schema, Table};
use crate::seed::Seed;
use crate::session::Session;
use crate::settings::Settings;
use crate::store::{Row, Store};

/// The state of the organization: its tables and their rows.
#[derive(Debug, Clone)]
pub struct World {
    /// Tables and columns.
    pub schema: Schema,
    /// The clock.
    pub clock: Clock,
    /// The settings.
    pub settings: Settings,
    /// What `EntityDefinitions` knows beyond the schema: ids, labels, properties of columns.
    pub(crate) definitions: Definitions,
    /// The rows of all tables.
    pub(crate) rows: Store,
    /// The source of new keys.
    pub(crate) ids: Ids,
    /// The calling user.
    pub(crate) caller: Uuid,
}

impl Default for World {
    /// The small world of [`Seed::default`].
    fn default() -> Self {
        World::new(&Seed::default())
    }
}

impl World {
    /// A world with this seed, the same every time.
    pub fn new(seed: &Seed) -> Self {
        let mut world = World {
            schema: Schema::stock(),
            clock: Clock::default(),
            settings: Settings::default(),
            definitions: Definitions::default(),
            rows: Store::default(),
            ids: Ids::default(),
            caller: Seed::caller(),
        };
        seed.fill(&mut world.rows, &world.schema);
        world
    }

    /// Seconds since 1970 by the organization's clock.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The calling user.
    pub fn caller(&self) -> Uuid {
        self.caller
    }

    /// Adds a row to a table, given by its logical name. Missing columns get the server's defaults.
    /// Unlike a request, this also sets read-only columns and bare lookups
    /// (`_primarycontactid_value`).
    ///
    /// # Errors
    ///
    /// Fails like the Web API for the same payload.
    pub fn insert(&mut self, table: &str, row: Map<String, Value>) -> Result<Uuid, Problem> {
        let mut session = self.session();
        let table = known(session.schema, table)?;
        let payload = Payload::read(&session, table, Member::of(&row), Use::Fixture)?;
        insert(&mut session, table, None, payload)
    }

    /// Updates a row of a table, given by its logical name, by the rules of [`World::insert`].
    ///
    /// # Errors
    ///
    /// Fails like the Web API for the same payload, and if the row does not exist.
    pub fn update(
        &mut self,
        table: &str,
        id: Uuid,
        row: Map<String, Value>,
    ) -> Result<(), Problem> {
        let mut session = self.session();
        let table = known(session.schema, table)?;
        let payload = Payload::read(&session, table, Member::of(&row), Use::Fixture)?;
        let row = session.rows.row(&table.logical_name, id).cloned();
        let row = row.ok_or_else(|| Problem::no_such_row(&table.logical_name, &id.to_string()))?;
        change(&mut session, table, row, payload)
    }

    /// Removes a row, and nothing else.
    pub fn remove(&mut self, table: &str, id: Uuid) -> Option<Row> {
        self.rows.remove(table, id)
    }

    /// The row of this table (logical name) with this key.
    pub fn row(&self, table: &str, id: Uuid) -> Option<&Row> {
        self.rows.row(table, id)
    }

    /// The rows of a table, in the order of their keys.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &Row> {
        self.rows.rows(table)
    }

    /// The number of rows in a table.
    pub fn count(&self, table: &str) -> usize {
        self.rows.count(table)
    }

    /// Removes all rows of a table, as when its definition is deleted.
    pub(crate) fn forget_rows(&mut self, table: &str) {
        self.rows.forget(table);
    }

    /// A key that no row has yet.
    pub fn new_id(&mut self) -> Uuid {
        self.ids.next()
    }

    /// Copies settings to the row of the organization.
    pub(crate) fn follow_settings(&mut self) {
        let language = Cell::Number(i64::from(self.settings.base_language));
        let stale = self.rows.rows("organization").find(|row| row.get("languagecode") != &language);
        if let Some(mut row) = stale.cloned() {
            row.set("languagecode", language);
            self.rows.put("organization", row);
        }
    }

    /// The context of one request.
    pub(crate) fn session(&mut self) -> Session<'_> {
        Session {
            now: self.clock.now(),
            schema: &self.schema,
            rows: &mut self.rows,
            settings: &self.settings.records,
            caller: self.caller,
            ids: &mut self.ids,
        }
    }
}

fn known<'a>(schema: &'a Schema, table: &str) -> Result<&'a Table, Problem> {
    schema.tables.get(table).ok_or_else(|| Problem::no_such_segment(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_give_the_same_world() {
        let (a, b) = (World::default(), World::default());
        for table in a.schema.tables.keys() {
            let rows = |world: &World| format!("{:?}", world.rows(table).collect::<Vec<_>>());
            assert_eq!(rows(&a), rows(&b));
        }
    }

    #[test]
    fn every_lookup_of_a_seeded_row_refers_to_a_row() {
        let world = World::default();
        for table in world.schema.tables.values() {
            for row in world.rows(&table.logical_name) {
                for column in table.columns.values() {
                    let cell = row.get(&column.name);
                    if let Cell::Reference(reference) = cell {
                        let found = world.row(&reference.table, reference.id);
                        assert!(found.is_some(), "{}.{}", table.logical_name, column.name);
                    }
                }
            }
        }
    }

    #[test]
    fn a_large_world_has_the_requested_rows() {
        let seed = Seed { accounts: 20_000, contacts: 5_000, ..Seed::default() };
        let world = World::new(&seed);
        assert_eq!(world.count("account"), 20_000);
        assert_eq!(world.count("contact"), 5_000);
    }
}
