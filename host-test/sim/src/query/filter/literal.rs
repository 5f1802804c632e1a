//! Values in a `$filter`, and their comparison with columns.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Comparison, Path};
use crate::cell::Cell;
use crate::problem::Problem;
use crate::schema::ColumnType;

/// The value of an unquoted token, if it is one.
pub(super) fn bare(word: &str) -> Option<Cell> {
    match word {
        "null" => return Some(Cell::Null),
        "true" => return Some(Cell::Bool(true)),
        "false" => return Some(Cell::Bool(false)),
        _ => {}
    }
    if let Some(id) = guid(word) {
        return Some(Cell::Guid(id));
    }
    if !word.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        return None;
    }
    let number = word.trim_end_matches(['L', 'M', 'm', 'd', 'f']);
    if let Ok(number) = number.parse::<i64>() {
        return Some(Cell::Number(number));
    }
    if let Ok(decimal) = number.parse::<Decimal>() {
        return Some(Cell::Decimal(decimal));
    }
    if let Some(day) = day(word) {
        return Some(Cell::Date(day));
    }
    if let Some(seconds) = moment(word) {
        return Some(Cell::Time(seconds));
    }
    number.parse::<f64>().ok().map(Cell::Double)
}

/// `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, in any case, without braces.
pub(crate) fn guid(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

/// `2026-02-20`
pub(crate) fn day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// `2026-02-20T12:00:00Z`, with any offset and any fraction; a moment needs an offset.
pub(crate) fn moment(text: &str) -> Option<i64> {
    // OData allows neither a space instead of the T nor jiff's bracketed time zones; seconds are
    // optional.
    if text.contains(['[', ' ']) || !text.contains(['T', 't']) {
        return None;
    }
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// Makes a value comparable with the column, or refuses it in the words of the OData library.
pub(super) fn fit(path: &Path, comparison: Comparison, value: Cell) -> Result<Cell, Problem> {
    let kind = comparison.operator_kind();
    match convert(&path.kind, value) {
        Ok(value) => Ok(value),
        Err(value) => Err(incompatible(edm(&path.kind), edm_of_value(&value), kind)),
    }
}

/// Converts a value to the column's type, or returns it unchanged.
pub(super) fn convert(kind: &ColumnType, value: Cell) -> Result<Cell, Cell> {
    match (kind, value) {
        (_, Cell::Null) => Ok(Cell::Null),
        // GUIDs are unquoted; quoted ones are accepted too, because the documentation shows both.
        (ColumnType::Guid | ColumnType::Lookup(_), Cell::Text(text)) => match guid(&text) {
            Some(id) => Ok(Cell::Guid(id)),
            None => Err(Cell::Text(text)),
        },
        (ColumnType::Guid | ColumnType::Lookup(_), value @ Cell::Guid(_)) => Ok(value),
        (
            ColumnType::Text | ColumnType::Memo | ColumnType::MultiChoice | ColumnType::Binary,
            value,
        ) => {
            if matches!(value, Cell::Text(_)) {
                Ok(value)
            } else {
                Err(value)
            }
        }
        (ColumnType::Boolean, value @ Cell::Bool(_)) => Ok(value),
        (ColumnType::Date, value @ Cell::Date(_)) => Ok(value),
        (ColumnType::DateTime, value @ Cell::Time(_)) => Ok(value),
        // A day is promoted to its midnight.
        (ColumnType::DateTime, Cell::Date(day)) => {
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            let moment = jiff::tz::TimeZone::UTC.to_timestamp(midnight);
            moment.map(|moment| Cell::Time(moment.as_second())).map_err(|_| Cell::Date(day))
        }
        (
            ColumnType::Integer
            | ColumnType::Choice
            | ColumnType::State
            | ColumnType::Status
            | ColumnType::BigInt
            | ColumnType::Decimal
            | ColumnType::Money
            | ColumnType::Double,
            value @ (Cell::Number(_) | Cell::Decimal(_) | Cell::Double(_)),
        ) => Ok(value),
        (_, value) => Err(value),
    }
}

/// The text of the OData library for two incompatible types.
pub(super) fn incompatible(left: &str, right: &str, operator: &str) -> Problem {
    Problem::bad_url(format!(
        "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' \
         for operator kind '{operator}'."
    ))
}

/// The OData type of a column.
pub(crate) fn edm(kind: &ColumnType) -> &'static str {
    match kind {
        ColumnType::Guid | ColumnType::Lookup(_) => "Edm.Guid",
        ColumnType::Text | ColumnType::Memo | ColumnType::MultiChoice => "Edm.String",
        ColumnType::Integer | ColumnType::Choice | ColumnType::State | ColumnType::Status => {
            "Edm.Int32"
        }
        ColumnType::BigInt => "Edm.Int64",
        ColumnType::Boolean => "Edm.Boolean",
        ColumnType::Decimal | ColumnType::Money => "Edm.Decimal",
        ColumnType::Double => "Edm.Double",
        ColumnType::Date => "Edm.Date",
        ColumnType::DateTime => "Edm.DateTimeOffset",
        ColumnType::Binary => "Edm.Binary",
    }
}

/// The OData type of a value.
fn edm_of_value(value: &Cell) -> &'static str {
    match value {
        Cell::Null => "<null>",
        Cell::Bool(_) => "Edm.Boolean",
        Cell::Number(number) if i32::try_from(*number).is_ok() => "Edm.Int32",
        Cell::Number(_) => "Edm.Int64",
        Cell::Decimal(_) => "Edm.Decimal",
        Cell::Double(_) => "Edm.Double",
        Cell::Text(_) => "Edm.String",
        Cell::Guid(_) | Cell::Reference(_) => "Edm.Guid",
        Cell::Time(_) => "Edm.DateTimeOffset",
        Cell::Date(_) => "Edm.Date",
    }
}
