//! Selects the columns that fit: ids are never broken, so other columns are dropped, the least
//! informative first.

use serde_json::Value;

use super::super::cells::{Row, is_guid, line};

/// The width at which any column is readable.
const ENOUGH: usize = 16;

/// A column to show.
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    /// Whether its values are ids, which are never broken.
    pub(super) is_id: bool,
    /// Its minimum width, in characters.
    pub(super) least: u16,
}

/// The columns that are shown, and those that do not fit.
pub(super) struct Fitted<'a> {
    pub(super) columns: Vec<Column<'a>>,
    pub(super) dropped: Vec<&'a str>,
}

/// Fits columns, the most informative first, into a width.
pub(super) fn fit<'a>(rows: &[&Row], wanted: &[&'a str], width: Option<u16>) -> Fitted<'a> {
    let mut columns: Vec<Column> = wanted.iter().map(|name| column(rows, name)).collect();
    let mut dropped = Vec::new();
    if let Some(width) = width {
        // A space on each side, a line between columns, and a line at the end.
        let needed = |columns: &[Column]| {
            columns.iter().map(|column| usize::from(column.least) + 3).sum::<usize>() + 1
        };
        while columns.len() > 1 && needed(&columns) > usize::from(width) {
            let last = columns.iter().rposition(|column| !column.is_id);
            let last = last.unwrap_or(columns.len() - 1);
            dropped.insert(0, columns.remove(last).name);
        }
    }
    Fitted { columns, dropped }
}

fn column<'a>(rows: &[&Row], name: &'a str) -> Column<'a> {
    let values = || rows.iter().filter_map(|row| row.get(name)).filter(|value| !value.is_null());
    let is_id = values().next().is_some()
        && values().all(|value| matches!(value, Value::String(text) if is_guid(text)));
    let longest = values().map(|value| line(name, value).chars().count()).max().unwrap_or(0);
    let least = if is_id { longest } else { longest.min(ENOUGH) }.max(name.len());
    Column { name, is_id, least: u16::try_from(least).unwrap_or(u16::MAX) }
}
