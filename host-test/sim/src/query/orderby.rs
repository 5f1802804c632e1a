//! `$orderby`: several columns, each `asc` or `desc` ([order
//! rows](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/order-rows)).

use std::cmp::Ordering;

use crate::cell::{Cell, Reference};
use crate::problem::Problem;
use crate::schema::{Schema, Table};
use crate::store::{Row, Store};

/// The order of rows; ties are broken by the primary key.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrderBy {
    /// The sort columns, the first one first.
    pub(crate) keys: Vec<Key>,
    /// Whether null comes last: [`crate::RecordSettings::nulls_come_last`].
    pub(crate) nulls_last: bool,
}

/// One sort column.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// The column.
    pub(crate) column: String,
    /// Whether it is descending.
    pub(crate) descending: bool,
}

impl OrderBy {
    /// Reads `$orderby`.
    pub(crate) fn read(text: Option<&str>, table: &Table) -> Result<Self, Problem> {
        let mut keys = Vec::new();
        for item in text.into_iter().flat_map(|text| text.split(',')) {
            let mut words = item.split_whitespace();
            let column = words.next().unwrap_or_default();
            let descending = match words.next() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(_) => return Err(syntax(text.unwrap_or_default())),
            };
            if words.next().is_some() {
                return Err(syntax(text.unwrap_or_default()));
            }
            if column.contains(['/', '(']) {
                return Err(Problem::not_modelled(&format!("`$orderby` of '{column}'")));
            }
            if !table.columns.contains_key(column) {
                return Err(Problem::no_such_property(column, &table.logical_name));
            }
            keys.push(Key { column: column.to_owned(), descending });
        }
        Ok(OrderBy { keys, nulls_last: false })
    }

    /// The sort values of a row. A lookup sorts by the name of the row that it holds (documented),
    /// a choice by its number (documented).
    pub(crate) fn values(&self, row: &Row, schema: &Schema, store: &Store) -> Vec<Cell> {
        self.keys.iter().map(|key| sortable(row.get(&key.column), schema, store)).collect()
    }

    /// The order of two rows by their sort values and keys.
    pub(crate) fn compare(&self, a: (&[Cell], uuid::Uuid), b: (&[Cell], uuid::Uuid)) -> Ordering {
        for (key, (left, right)) in self.keys.iter().zip(a.0.iter().zip(b.0)) {
            let order = match (left.is_null(), right.is_null()) {
                (true, false) if self.nulls_last => Ordering::Greater,
                (false, true) if self.nulls_last => Ordering::Less,
                _ => left.order(right),
            };
            if order.is_ne() {
                return if key.descending { order.reverse() } else { order };
            }
        }
        a.1.cmp(&b.1)
    }
}

fn sortable(cell: &Cell, schema: &Schema, store: &Store) -> Cell {
    let Cell::Reference(Reference { table, id }) = cell else { return cell.clone() };
    let name = schema.tables.get(table.as_ref()).map(|table| &table.primary_name);
    let row = store.row(table, *id);
    name.zip(row).map_or(Cell::Null, |(name, row)| row.get(name).clone())
}

fn syntax(text: &str) -> Problem {
    // The OData library's text, with the position where it stopped (inferred).
    Problem::bad_url(format!("Syntax error at position {} in '{text}'.", text.chars().count()))
}
