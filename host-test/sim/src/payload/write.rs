//! Writes a checked payload into rows.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

use super::{Payload, appointment, derive, publisher};
use crate::cell::Cell;
use crate::problem::Problem;
use crate::schema::{ColumnType, Table};
use crate::session::Session;
use crate::store::{Cells, Row};

/// Creates the row and the rows inside it. `id` is the key in the URL; without it, the key is that
/// of the payload or a new one.
pub(crate) fn insert(
    session: &mut Session<'_>,
    table: &Table,
    id: Option<Uuid>,
    payload: Payload,
) -> Result<Uuid, Problem> {
    let id = id.or_else(|| payload.chosen_id(table)).unwrap_or_else(|| session.ids.next());
    if session.rows.row(&table.logical_name, id).is_some() {
        // A POST repeated with the same key: inferred from the code's name.
        return Err(Problem::duplicate_record());
    }
    let mut cells = defaults(session, table);
    if table.logical_name == "appointment" && session.settings.new_appointments_are_open {
        cells.insert(Cow::Borrowed("statecode"), Cell::Number(0));
        cells.insert(Cow::Borrowed("statuscode"), Cell::Number(1));
    }
    for (name, cell) in &payload.cells {
        cells.insert(Cow::Owned(name.clone()), cell.clone());
    }
    cells.insert(Cow::Owned(table.primary_id.clone()), Cell::Guid(id));
    let mut row = Row::new(id, Arc::default(), cells);
    publisher::check_prefix(table, &payload)?;
    appointment::check_times(session, table, None, &payload)?;
    derive::status(table, &mut row, &payload)?;
    derive::owner(session, table, &mut row);
    derive::currency(session, table, &mut row);
    derive::columns(table, &mut row);
    session.rows.put(&table.logical_name, row);
    let schema = session.schema;
    let mut made = vec![(table, id)];
    for (navigation, mut child) in payload.children {
        let Some(target) = schema.tables.get(&navigation.target) else { continue };
        child
            .cells
            .push((navigation.column.clone(), Cell::reference(table.logical_name.clone(), id)));
        match insert(session, target, None, child) {
            Ok(child) => made.push((target, child)),
            Err(refusal) => {
                // All or nothing.
                for (table, id) in made.iter().rev() {
                    session.rows.remove(&table.logical_name, *id);
                }
                return Err(refusal);
            }
        }
    }
    appointment::add_parties(session, table, id);
    Ok(id)
}

/// Updates an existing row.
pub(crate) fn change(
    session: &mut Session<'_>,
    table: &Table,
    mut row: Row,
    payload: Payload,
) -> Result<(), Problem> {
    if payload.chosen_id(table).is_some_and(|id| id != row.id()) {
        return Err(Problem::invalid_argument());
    }
    publisher::check_prefix(table, &payload)?;
    appointment::check_times(session, table, Some(&row), &payload)?;
    appointment::check_open(session, table, &row, &payload)?;
    for (name, cell) in &payload.cells {
        row.set(name.clone(), cell.clone());
    }
    derive::status(table, &mut row, &payload)?;
    derive::owner(session, table, &mut row);
    derive::currency(session, table, &mut row);
    derive::columns(table, &mut row);
    stamp(session, table, &mut row, "modified");
    let id = row.id();
    session.rows.put(&table.logical_name, row);
    appointment::add_parties(session, table, id);
    Ok(())
}

/// The server's defaults: options, owner, creator, times.
fn defaults(session: &Session<'_>, table: &Table) -> Cells {
    let mut row = Row::new(Uuid::nil(), Arc::default(), Cells::new());
    let mut cells = Cells::new();
    for (name, column) in &table.columns {
        if let Some(default) = column.default {
            let cell = match column.kind {
                ColumnType::Boolean => Cell::Bool(default != 0),
                _ => Cell::Number(default),
            };
            cells.insert(Cow::Owned(name.clone()), cell);
        }
    }
    stamp(session, table, &mut row, "created");
    stamp(session, table, &mut row, "modified");
    let user = Cell::reference("systemuser", session.caller);
    for (name, cell) in [
        ("createdon", row.get("createdon").clone()),
        ("modifiedon", row.get("modifiedon").clone()),
        ("_createdby_value", user.clone()),
        ("_modifiedby_value", user.clone()),
        ("_ownerid_value", user),
    ] {
        if table.columns.contains_key(name) {
            cells.insert(Cow::Borrowed(name), cell);
        }
    }
    cells
}

fn stamp(session: &Session<'_>, table: &Table, row: &mut Row, what: &str) {
    let (when, who) = (format!("{what}on"), format!("_{what}by_value"));
    if table.columns.contains_key(&when) {
        row.set(when, Cell::Time(session.now));
    }
    if table.columns.contains_key(&who) {
        row.set(who, Cell::reference("systemuser", session.caller));
    }
}
