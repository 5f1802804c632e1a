//! `primarycontactid@odata.bind`: sets a lookup by the path of a row.

use super::Member;
use crate::address::reference;
use crate::cell::Cell;
use crate::problem::Problem;
use crate::schema::{Column, ColumnType, Navigation, Table};
use crate::session::Session;

/// The reference in a bind; the row must exist.
pub(super) fn cell(
    session: &Session<'_>,
    table: &Table,
    navigation: &Navigation,
    member: &Member,
) -> Result<Cell, Problem> {
    if member.value.get() == "null" {
        return Ok(Cell::Null);
    }
    let text = member.text(table)?;
    let (target, id) = reference(&text, session.schema)?;
    let fits = match navigation.target.as_str() {
        "principal" => ["systemuser", "team"].contains(&target.logical_name.as_str()),
        wanted => wanted == target.logical_name,
    };
    if !fits {
        // The text for an existing set that the property does not accept is not documented; this is
        // the text for a path to a missing row (inferred).
        return Err(Problem::no_such_bind_path());
    }
    if session.rows.row(&target.logical_name, id).is_none() {
        return Err(Problem::no_such_row(&target.logical_name, &id.to_string()));
    }
    match table.columns.get(&navigation.column).map(|column| &column.kind) {
        Some(ColumnType::Lookup(_)) => Ok(Cell::reference(target.logical_name.clone(), id)),
        Some(_) => Ok(Cell::Guid(id)),
        None => {
            Err(Problem::not_modelled(&format!("The navigation property '{}'", navigation.name)))
        }
    }
}

/// The reference for a fixture's bare GUID: looks for the row in the lookup's tables.
pub(super) fn bare(
    session: &Session<'_>,
    table: &Table,
    column: &Column,
    member: &Member,
) -> Result<Cell, Problem> {
    let id = match super::value::cell(table, column, member)? {
        Cell::Guid(id) => id,
        other => return Ok(other),
    };
    let ColumnType::Lookup(targets) = &column.kind else { return Ok(Cell::Guid(id)) };
    let found = targets.iter().find(|target| session.rows.row(target, id).is_some());
    let target = found.or(targets.first()).ok_or_else(Problem::invalid_argument)?;
    Ok(Cell::reference(target.clone(), id))
}
