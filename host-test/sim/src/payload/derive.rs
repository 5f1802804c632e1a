//! Columns that the server derives from others.

use rust_decimal::Decimal;

use super::Payload;
use crate::cell::{Cell, Reference};
use crate::problem::Problem;
use crate::schema::{ColumnType, Table};
use crate::session::Session;
use crate::store::Row;

/// Keeps state and status consistent: a new state brings its first status, and a status must belong
/// to the state.
pub(super) fn status(table: &Table, row: &mut Row, payload: &Payload) -> Result<(), Problem> {
    let Some(column) = table.columns.get("statuscode").filter(|column| !column.states.is_empty())
    else {
        return Ok(());
    };
    let state = row.get("statecode").number().unwrap_or_default();
    let first = column.states.iter().find(|(_, own)| *own == state).map(|(status, _)| *status);
    let given = payload.get("statuscode").and_then(Cell::number);
    match (given, payload.get("statecode")) {
        (Some(status), _) if column.states.contains(&(status, state)) => Ok(()),
        (Some(status), _) => Err(refused_status(table, row, status, state)),
        (None, Some(_)) => {
            row.set("statuscode", first.map_or(Cell::Null, Cell::Number));
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

/// The text is common; code and status are unverified.
fn refused_status(table: &Table, row: &Row, status: i64, state: i64) -> Problem {
    let states =
        table.columns.get("statecode").map(|column| column.choices.as_slice()).unwrap_or_default();
    let label =
        states.iter().find(|choice| choice.value == state).map_or("", |choice| &choice.label);
    let schema_name = &table.schema_name;
    Problem::new(
        http::StatusCode::BAD_REQUEST,
        "0x80048408",
        format!(
            "{status} is not a valid status code for state code {schema_name}State.{label} with Id {}.",
            row.id()
        ),
    )
}

/// `owninguser`, `owningteam` and `owningbusinessunit` follow the owner; a user or team has the
/// same key as its principal.
pub(super) fn owner(session: &Session<'_>, table: &Table, row: &mut Row) {
    if ["systemuser", "team"].contains(&table.logical_name.as_str()) {
        row.set("ownerid", Cell::Guid(row.id()));
    }
    if !table.columns.contains_key("_owninguser_value") {
        return;
    }
    let Cell::Reference(Reference { table: kind, id }) = row.get("_ownerid_value").clone() else {
        return;
    };
    let owner = session.rows.row(&kind, id);
    let unit = owner.map_or(Cell::Null, |owner| owner.get("_businessunitid_value").clone());
    let own = Cell::reference(kind.clone(), id);
    let (user, team) = if kind == "team" { (Cell::Null, own) } else { (own, Cell::Null) };
    row.set("_owninguser_value", user);
    for (name, cell) in [("_owningteam_value", team), ("_owningbusinessunit_value", unit)] {
        if table.columns.contains_key(name) {
            row.set(name, cell);
        }
    }
}

/// Gives a row with an amount the organization's currency, if it has none.
pub(super) fn currency(session: &Session<'_>, table: &Table, row: &mut Row) {
    const CURRENCY: &str = "_transactioncurrencyid_value";
    let amounts = table.columns.values().filter(|column| column.kind == ColumnType::Money);
    let any = amounts.into_iter().any(|column| !row.get(&column.name).is_null());
    if any && table.columns.contains_key(CURRENCY) && row.get(CURRENCY).is_null() {
        let currency = session.rows.rows("transactioncurrency").next();
        let cell =
            currency.map_or(Cell::Null, |own| Cell::reference("transactioncurrency", own.id()));
        row.set(CURRENCY, cell);
    }
}

/// Names, addresses, durations, amounts in the base currency.
pub(super) fn columns(table: &Table, row: &mut Row) {
    match table.logical_name.as_str() {
        "contact" | "systemuser" => full_name(row),
        "appointment" => duration(row),
        _ => {}
    }
    for number in 1..=3 {
        let name = format!("address{number}_composite");
        if table.columns.contains_key(&name) {
            let composite = composite(row, number);
            row.set(name, composite);
        }
    }
    amounts(table, row);
}

fn full_name(row: &mut Row) {
    // "First Last" is the usual name format.
    let parts = ["firstname", "lastname"].iter().filter_map(|name| row.text(name));
    let name = parts.collect::<Vec<_>>().join(" ");
    if !name.is_empty() {
        row.set("fullname", Cell::from(name));
    }
}

/// The server sets `scheduleddurationminutes`. It is negative if the end is before the start
/// (inferred).
fn duration(row: &mut Row) {
    if let (Cell::Time(start), Cell::Time(end)) =
        (row.get("scheduledstart"), row.get("scheduledend"))
    {
        let minutes = Cell::Number((end - start) / 60);
        row.set("scheduleddurationminutes", minutes);
    }
    let start = row.get("scheduledstart").clone();
    row.set("sortdate", start);
    row.set("activitytypecode", Cell::from("appointment"));
}

/// Lines, then city with state and postal code, then the country.
pub(crate) fn composite(row: &Row, number: usize) -> Cell {
    let part = |name: &str| row.text(&format!("address{number}_{name}"));
    let mut lines: Vec<String> = ["line1", "line2", "line3"]
        .iter()
        .filter_map(|name| part(name))
        .map(str::to_owned)
        .collect();
    let mut place = part("city").map(str::to_owned).unwrap_or_default();
    let region: Vec<&str> =
        ["stateorprovince", "postalcode"].iter().filter_map(|name| part(name)).collect();
    if !place.is_empty() && !region.is_empty() {
        place.push_str(", ");
    }
    place.push_str(&region.join(" "));
    lines.extend([place, part("country").map(str::to_owned).unwrap_or_default()]);
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() { Cell::Null } else { Cell::from(lines.join("\r\n")) }
}

/// Every currency here is the base currency, with a rate of one.
fn amounts(table: &Table, row: &mut Row) {
    let mut any = false;
    for (name, column) in
        table.columns.iter().filter(|(_, column)| column.kind == ColumnType::Money)
    {
        let base = format!("{name}_base");
        if !column.read_only && table.columns.contains_key(&base) {
            let amount = row.get(name).clone();
            any |= !amount.is_null();
            row.set(base, amount);
        }
    }
    if any && row.get("exchangerate").is_null() && table.columns.contains_key("exchangerate") {
        row.set("exchangerate", Cell::Decimal(Decimal::new(10_000_000_000, 10)));
    }
}
