//! The rows of all tables, in memory, in the order of their keys.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::cell::{Cell, Reference};

/// Cells by column; lookups under their `_x_value` name.
pub(crate) type Cells = BTreeMap<Cow<'static, str>, Cell>;

/// One row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    id: Uuid,
    version: i64,
    /// Cells shared by many rows: 50,000 generated accounts differ only in a few columns.
    shared: Arc<Cells>,
    own: Cells,
}

impl Row {
    /// A row with these cells on top of the shared ones.
    pub(crate) fn new(id: Uuid, shared: Arc<Cells>, own: Cells) -> Self {
        Row { id, version: 0, shared, own }
    }

    /// The primary key.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The cell of the column: [`Cell::Null`] if it is empty.
    pub fn get(&self, column: &str) -> &Cell {
        self.own.get(column).or_else(|| self.shared.get(column)).unwrap_or(Cell::NULL)
    }

    /// The text in the column, if it holds text.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.get(column).text()
    }

    /// The version that the etag shows.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// `W/"1234"`: the Web API's etag of this version of the row.
    pub fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }

    pub(crate) fn set(&mut self, column: impl Into<Cow<'static, str>>, cell: Cell) {
        self.own.insert(column.into(), cell);
    }

    /// The keys of the rows that this one refers to. Shared cells refer by [`UNINDEXED`] lookups
    /// only.
    fn references(&self) -> Vec<Uuid> {
        let cells = self.own.iter().filter(|(name, _)| !UNINDEXED.contains(&name.as_ref()));
        let keys = cells.filter_map(|(_, cell)| match cell {
            Cell::Reference(Reference { id, .. }) => Some(*id),
            _ => None,
        });
        keys.collect()
    }

    fn stamp(&mut self, version: i64) {
        self.version = version;
        self.own.insert(Cow::Borrowed("versionnumber"), Cell::Number(version));
    }
}

/// The rows of all tables.
#[derive(Debug, Clone, Default)]
pub struct Store {
    tables: BTreeMap<String, Rows>,
    version: i64,
}

/// The rows of one table.
#[derive(Debug, Clone, Default)]
struct Rows {
    by_key: BTreeMap<Uuid, Row>,
    /// The rows that refer to a row, by that row's key. Without it, each read of a collection would
    /// search the table.
    by_reference: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

/// Lookups with the same few values in nearly every row, for which an index is not worthwhile.
const UNINDEXED: [&str; 8] = [
    "_businessunitid_value",
    "_createdby_value",
    "_modifiedby_value",
    "_organizationid_value",
    "_ownerid_value",
    "_owningbusinessunit_value",
    "_owninguser_value",
    "_transactioncurrencyid_value",
];

/// The table that stores the rows: `activitypointers` shows the appointments.
fn kept_as(table: &str) -> &str {
    if table == "activitypointer" { "appointment" } else { table }
}

impl Store {
    /// The row of this table with this key.
    pub fn row(&self, table: &str, id: Uuid) -> Option<&Row> {
        self.tables.get(kept_as(table))?.by_key.get(&id)
    }

    /// The rows of a table, in the order of their keys.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &Row> + use<'_> {
        self.tables.get(kept_as(table)).into_iter().flat_map(|rows| rows.by_key.values())
    }

    /// The rows of a table that refer to this key in this column, in the order of their keys.
    pub(crate) fn referring<'a>(
        &'a self,
        table: &str,
        column: &'a str,
        to: Uuid,
    ) -> impl Iterator<Item = &'a Row> + use<'a> {
        let rows = self.tables.get(kept_as(table));
        let searched = rows.filter(|_| UNINDEXED.contains(&column));
        let searched = searched.into_iter().flat_map(|rows| rows.by_key.values());
        let indexed = rows.filter(|_| !UNINDEXED.contains(&column));
        let indexed = indexed.into_iter().flat_map(move |rows| {
            let keys = rows.by_reference.get(&to).into_iter().flatten();
            keys.filter_map(|key| rows.by_key.get(key))
        });
        searched.chain(indexed).filter(move |row| row.get(column).guid() == Some(to))
    }

    /// The number of rows in the table.
    pub fn count(&self, table: &str) -> usize {
        self.tables.get(kept_as(table)).map_or(0, |rows| rows.by_key.len())
    }

    /// Sets the first version: real versions are large. They increase across the whole
    /// organization.
    pub(crate) fn start_versions(&mut self, version: i64) {
        self.version = version;
    }

    /// Adds or replaces a row, under a new version.
    pub(crate) fn put(&mut self, table: &str, mut row: Row) {
        let table = kept_as(table);
        self.version += 1;
        row.stamp(self.version);
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_owned(), Rows::default());
        }
        if let Some(rows) = self.tables.get_mut(kept_as(table)) {
            rows.forget(row.id);
            for to in row.references() {
                rows.by_reference.entry(to).or_default().insert(row.id);
            }
            rows.by_key.insert(row.id, row);
        }
    }

    /// Removes all rows of a table.
    pub(crate) fn forget(&mut self, table: &str) {
        self.tables.remove(table);
    }

    /// Removes a row.
    pub(crate) fn remove(&mut self, table: &str, id: Uuid) -> Option<Row> {
        self.tables.get_mut(kept_as(table))?.forget(id)
    }
}

impl Rows {
    fn forget(&mut self, id: Uuid) -> Option<Row> {
        let row = self.by_key.remove(&id)?;
        for to in row.references() {
            if let Some(keys) = self.by_reference.get_mut(&to) {
                keys.remove(&id);
            }
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_current_references() {
        let (account, contact) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut store = Store::default();
        let mut row = Row::new(contact, Arc::default(), Cells::new());
        row.set("_parentcustomerid_value", Cell::reference("account", account));
        row.set("_ownerid_value", Cell::reference("systemuser", account));
        store.put("contact", row.clone());
        let found = |store: &Store, column: &'static str| {
            store.referring("contact", column, account).count()
        };
        assert_eq!(found(&store, "_parentcustomerid_value"), 1);
        assert_eq!(found(&store, "_ownerid_value"), 1);
        assert_eq!(found(&store, "_accountid_value"), 0);
        row.set("_parentcustomerid_value", Cell::Null);
        store.put("contact", row);
        assert_eq!(found(&store, "_parentcustomerid_value"), 0);
        store.remove("contact", contact);
        assert_eq!(found(&store, "_ownerid_value"), 0);
    }
}
