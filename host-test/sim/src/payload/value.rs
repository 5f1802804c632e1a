//! Converts one value of a payload to its column's type, or refuses it in Dataverse's words.

use rust_decimal::Decimal;
use serde_json::Value;

use super::Member;
use super::members::malformed;
use crate::cell::Cell;
use crate::problem::Problem;
use crate::query::filter::{day, edm, moment};
use crate::schema::{Column, ColumnType, Table};

/// The earliest time of SQL Server's `datetime`: 1753-01-01.
const EARLIEST: i64 = -6_847_804_800;
/// Dataverse's latest time: 9999-12-30T23:59:59Z.
const LATEST: i64 = 253_402_214_399;

/// Converts a member's value to a cell of this column.
pub(super) fn cell(table: &Table, column: &Column, member: &Member) -> Result<Cell, Problem> {
    let raw = member.value.get();
    // A value that the reader skipped may still be invalid: half a surrogate pair, 1e400, deep
    // nesting.
    let value: Value = serde_json::from_str(raw).map_err(|_| malformed(&table.set_name))?;
    let refused = || wrong_type(table, column, &value, raw);
    match &column.kind {
        _ if value.is_null() => null(column),
        ColumnType::Text | ColumnType::Memo | ColumnType::Binary => {
            let text = value.as_str().ok_or_else(refused)?;
            if let Some(most) = column.max_length
                && text.encode_utf16().count() > most
            {
                return Err(Problem::text_too_long(&column.name, &table.logical_name, most));
            }
            Ok(Cell::from(text.to_owned()))
        }
        ColumnType::MultiChoice => {
            let text = value.as_str().ok_or_else(refused)?;
            for item in text.split(',').map(str::trim) {
                let number = item.parse().map_err(|_| Problem::invalid_argument())?;
                in_range(table, column, number)?;
            }
            Ok(Cell::from(text.to_owned()))
        }
        ColumnType::Integer => {
            let number = integer(&value).ok_or_else(refused)?;
            if outside(column, Decimal::from(number)) {
                return Err(Problem::integer_out_of_range(&column.name, &table.logical_name));
            }
            Ok(Cell::Number(number))
        }
        ColumnType::Choice | ColumnType::State | ColumnType::Status => {
            let number = integer(&value).ok_or_else(refused)?;
            in_range(table, column, number)?;
            Ok(Cell::Number(number))
        }
        ColumnType::BigInt if value.is_string() => Err(ieee754(table, column)),
        ColumnType::BigInt => value.as_i64().map(Cell::Number).ok_or_else(refused),
        ColumnType::Boolean => match &value {
            Value::Bool(yes) => Ok(Cell::Bool(*yes)),
            // The library converts text to any type.
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Cell::Bool(true)),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Cell::Bool(false)),
            _ => Err(refused()),
        },
        ColumnType::Decimal | ColumnType::Money => {
            if value.is_string() {
                return Err(ieee754(table, column));
            }
            let decimal = value.is_number().then(|| decimal(raw)).flatten().ok_or_else(refused)?;
            amount(table, column, decimal)
        }
        ColumnType::Double => {
            let text = value.as_str().and_then(|text| text.parse().ok());
            value.as_f64().or(text).map(Cell::Double).ok_or_else(refused)
        }
        ColumnType::Guid | ColumnType::Lookup(_) => {
            let id = value.as_str().and_then(|text| uuid::Uuid::try_parse(text).ok());
            id.map(Cell::Guid).ok_or_else(refused)
        }
        ColumnType::Date => value.as_str().and_then(day).map(Cell::Date).ok_or_else(refused),
        ColumnType::DateTime => {
            let seconds = value.as_str().and_then(moment).ok_or_else(refused)?;
            if (EARLIEST..=LATEST).contains(&seconds) {
                Ok(Cell::Time(seconds))
            } else {
                Err(Problem::bad_date_time())
            }
        }
    }
}

/// Null empties a column, unless the column is required (SystemRequired; the code is inferred).
fn null(column: &Column) -> Result<Cell, Problem> {
    match column.kind {
        ColumnType::State | ColumnType::Status => Err(Problem::invalid_argument()),
        _ => Ok(Cell::Null),
    }
}

/// A whole number of 32 bits. The library converts text.
fn integer(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    i32::try_from(number).is_ok().then_some(number)
}

fn decimal(raw: &str) -> Option<Decimal> {
    raw.parse().or_else(|_| Decimal::from_scientific(raw)).ok()
}

/// Money has four decimal places, decimals have ten.
fn amount(table: &Table, column: &Column, mut decimal: Decimal) -> Result<Cell, Problem> {
    let (digits, most) = match column.kind {
        ColumnType::Money => (4, Decimal::from(922_337_203_685_477_i64)),
        _ => (10, Decimal::from(100_000_000_000_i64)),
    };
    if decimal.abs() > most || outside(column, decimal) {
        return Err(Problem::decimal_out_of_range(&column.name, &table.logical_name));
    }
    decimal.rescale(digits);
    Ok(Cell::Decimal(decimal))
}

/// Whether a number is out of its column's range.
fn outside(column: &Column, number: Decimal) -> bool {
    column.range.is_some_and(|(least, greatest)| number < least || number > greatest)
}

fn in_range(table: &Table, column: &Column, number: i64) -> Result<(), Problem> {
    if column.choices.is_empty() || column.choices.iter().any(|choice| choice.value == number) {
        return Ok(());
    }
    let accepted: Vec<String> =
        column.choices.iter().map(|choice| choice.value.to_string()).collect();
    Err(Problem::choice_out_of_range(
        number,
        &column.name,
        &table.logical_name,
        &accepted.join(","),
    ))
}

fn wrong_type(table: &Table, column: &Column, value: &Value, raw: &str) -> Problem {
    let wanted = edm(&column.kind);
    let (literal, reason) = match value {
        Value::String(text) => {
            let reason = match column.kind {
                ColumnType::DateTime if !has_zone(text) => no_zone(text),
                _ => format_reason(&column.kind).to_owned(),
            };
            (text.clone(), format!("System.FormatException: {reason}"))
        }
        Value::Bool(yes) => {
            (if *yes { "True" } else { "False" }.to_owned(), cannot_convert("Edm.Boolean", wanted))
        }
        Value::Number(number) => {
            let own = if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()) {
                "Edm.Int32"
            } else {
                "Edm.Decimal"
            };
            (raw.to_owned(), cannot_convert(own, wanted))
        }
        // The library's texts for objects and lists in place of a value are not documented
        // (inferred).
        _ => {
            let inner = format!(
                "An unexpected node was found when reading the value of the property '{}'. A primitive value of type \
                 '{wanted}' was expected.",
                column.name
            );
            return Problem::bad_payload(&table.set_name, &inner);
        }
    };
    let inner = format!(
        "Cannot convert the literal '{literal}' to the expected type '{wanted}'. ---> {reason}"
    );
    Problem::bad_payload(&table.set_name, &inner)
}

fn cannot_convert(own: &str, wanted: &str) -> String {
    format!(
        "Microsoft.OData.ODataException: Cannot convert a value of type '{own}' to the expected target type '{wanted}'."
    )
}

/// Whether a date-time ends in `Z` or an offset.
fn has_zone(text: &str) -> bool {
    let sign = text.len().checked_sub(6).and_then(|at| text.as_bytes().get(at));
    text.ends_with(['Z', 'z']) || matches!(sign, Some(b'+' | b'-'))
}

/// The OData library's words.
fn no_zone(text: &str) -> String {
    format!(
        "The time zone information is missing on the DateTimeOffset value '{text}'. A DateTimeOffset value must contain \
         the time zone information."
    )
}

/// .NET's own words.
fn format_reason(kind: &ColumnType) -> &'static str {
    match kind {
        ColumnType::Guid | ColumnType::Lookup(_) => {
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
        }
        ColumnType::Boolean => "String was not recognized as a valid Boolean.",
        ColumnType::DateTime | ColumnType::Date => "String was not recognized as a valid DateTime.",
        _ => "Input string was not in a correct format.",
    }
}

fn ieee754(table: &Table, column: &Column) -> Problem {
    let inner = format!(
        "Cannot convert a value to target type '{}' because of conflict between input format string/number and \
         parameter 'IEEE754Compatible' false/true.",
        edm(&column.kind)
    );
    Problem::bad_payload(&table.set_name, &inner)
}
