//! The output for people: rows as tables, everything else as lines.

mod fit;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use serde_json::Value;

use super::cells::{self, Row, columns, is_annotation, is_guid};
use crate::terminal::quiet;
use fit::fit;

/// The most informative of a row's many columns, in display order.
const TELLING: [&str; 17] = [
    "accountid",
    "contactid",
    "activityid",
    "solutionid",
    "value",
    "subject",
    "name",
    "fullname",
    "label",
    "scheduledstart",
    "scheduledend",
    "location",
    "jobtitle",
    "emailaddress1",
    "telephone1",
    "address1_city",
    "address1_composite",
];

/// The number of first columns to show if a row has none of these.
const FIRST: usize = 6;

/// The text for stdout, and the remarks for stderr.
#[derive(Default)]
pub(super) struct Shown {
    /// For stdout.
    pub(super) answer: Vec<String>,
    /// For stderr.
    pub(super) remarks: Vec<String>,
}

/// The output in a terminal of this width; `told` names the columns.
pub(super) fn shown(answer: &Value, told: Option<&[&String]>, width: Option<u16>) -> Shown {
    let mut shown = Shown::default();
    for (name, value) in answer.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            _ if name == "success" => {}
            Value::Array(items) if items.is_empty() => shown.remarks.push(format!("no {name}")),
            Value::Array(items) if items.iter().all(Value::is_object) => {
                let rows: Vec<&Row> = items.iter().filter_map(Value::as_object).collect();
                list(&rows, told, width, &mut shown);
            }
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| cells::line(name, item)).collect();
                shown.answer.push(format!("{name}: {}", items.join(", ")));
            }
            Value::Object(row) => single(row, told, width, &mut shown),
            value => shown.answer.push(format!("{name}: {}", cells::line(name, value))),
        }
    }
    shown
}

/// Rows, one per line.
fn list(rows: &[&Row], told: Option<&[&String]>, width: Option<u16>, shown: &mut Shown) {
    let there = columns(rows, false);
    let wanted: Vec<&str> = match told {
        Some(told) => told.iter().map(|name| name.as_str()).collect(),
        None => telling(&there),
    };
    remark_on_empty(&wanted, &there, told.is_some(), shown);
    let fitted = fit(rows, &wanted, width);
    let mut table = empty(width);
    table.set_header(fitted.columns.iter().map(|column| column.name));
    for row in rows {
        table.add_row(fitted.columns.iter().map(|column| cell(row, column.name)));
    }
    for (column, fitted) in table.column_iter_mut().zip(&fitted.columns) {
        column.set_constraint(if fitted.is_id {
            ColumnConstraint::ContentWidth
        } else {
            // Includes a space on each side.
            ColumnConstraint::LowerBoundary(Width::Fixed(fitted.least + 2))
        });
    }
    shown.answer.push(table.to_string());
    let hidden = there.iter().filter(|name| !wanted.contains(name)).count();
    if !fitted.dropped.is_empty() {
        shown.remarks.push(quiet(format_args!("too narrow for: {}", fitted.dropped.join(", "))));
    }
    if told.is_none() && hidden > 0 {
        shown.remarks.push(quiet(format_args!(
            "{hidden} more column(s): --json and --csv have all, --columns NAMES selects"
        )));
    }
}

/// A row as lines of name and value, without empty columns.
fn single(row: &Row, told: Option<&[&String]>, width: Option<u16>, shown: &mut Shown) {
    let there = columns(&[row], false);
    let wanted: Vec<&str> = match told {
        Some(told) => told.iter().map(|name| name.as_str()).collect(),
        None => {
            let (ids, others): (Vec<&str>, Vec<&str>) =
                there.iter().partition(|name| TELLING.iter().take(4).any(|id| id == *name));
            [ids, others].concat()
        }
    };
    remark_on_empty(&wanted, &there, told.is_some(), shown);
    let mut table = empty(width);
    let has_ids = wanted.iter().any(|name| row.get(*name).is_some_and(is_id));
    for name in &wanted {
        table.add_row([(*name).to_owned(), cell(row, name)]);
    }
    if has_ids && let Some(values) = table.column_mut(1) {
        values.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(38)));
    }
    shown.answer.push(table.to_string());
}

fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(is_guid)
}

fn cell(row: &Row, name: &str) -> String {
    let value = row.get(name).map(|value| cells::line(name, value)).unwrap_or_default();
    // The width is measured before the terminal module cleans the text.
    crate::terminal::plain(&value)
}

fn telling<'a>(there: &[&'a str]) -> Vec<&'a str> {
    let known = TELLING.iter().filter_map(|name| there.iter().find(|column| *column == name));
    let known: Vec<&str> = known.copied().collect();
    if known.is_empty() { there.iter().take(FIRST).copied().collect() } else { known }
}

fn remark_on_empty(wanted: &[&str], there: &[&str], told: bool, shown: &mut Shown) {
    if told {
        let empty = wanted.iter().filter(|name| !there.contains(name) && !is_annotation(name));
        let remarks = empty.map(|name| format!("the column `{name}` is empty in every row"));
        shown.remarks.extend(remarks);
    }
}

fn empty(width: Option<u16>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table
}

#[cfg(test)]
mod tests;
