//! The value of one column in one row.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;
use uuid::Uuid;

use crate::clock::Moment;

/// The value of one column in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number, a choice, a state, a version.
    Number(i64),
    /// A decimal or an amount, with its decimal places.
    Decimal(Decimal),
    /// A floating number.
    Double(f64),
    /// Text of any kind.
    Text(Cow<'static, str>),
    /// A GUID that is not a reference.
    Guid(Uuid),
    /// A row of another table.
    Reference(Reference),
    /// A moment, in seconds since 1970.
    Time(i64),
    /// A day.
    Date(Date),
}

/// The row that a lookup refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The logical name of the table.
    pub table: Cow<'static, str>,
    /// The key of the row.
    pub id: Uuid,
}

impl Cell {
    /// A reference to an empty cell.
    pub const NULL: &'static Cell = &Cell::Null;

    /// A reference to a row.
    pub fn reference(table: impl Into<Cow<'static, str>>, id: Uuid) -> Self {
        Cell::Reference(Reference { table: table.into(), id })
    }

    /// Whether it is empty.
    pub fn is_null(&self) -> bool {
        matches!(self, Cell::Null)
    }

    /// The text in it, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number in it, if it is one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Cell::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The GUID in it, plain or that of a reference.
    pub fn guid(&self) -> Option<Uuid> {
        match self {
            Cell::Guid(id) | Cell::Reference(Reference { id, .. }) => Some(*id),
            _ => None,
        }
    }

    /// The value in the Web API's JSON. Decimals may lose digits here; the wire writer keeps them.
    pub fn to_json(&self) -> Value {
        match self {
            Cell::Null => Value::Null,
            Cell::Bool(yes) => Value::Bool(*yes),
            Cell::Number(number) => Value::from(*number),
            Cell::Decimal(decimal) => decimal.to_f64().map_or(Value::Null, Value::from),
            Cell::Double(double) => Value::from(*double),
            other => Value::String(other.plain()),
        }
    }

    /// The value as plain text, for `$value`, a cookie or a formatted value.
    pub(crate) fn plain(&self) -> String {
        match self {
            Cell::Null => String::new(),
            Cell::Bool(yes) => yes.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Decimal(decimal) => decimal.to_string(),
            Cell::Double(double) => double.to_string(),
            Cell::Text(text) => text.to_string(),
            Cell::Guid(id) | Cell::Reference(Reference { id, .. }) => id.to_string(),
            Cell::Time(seconds) => Moment::new(*seconds).to_string(),
            Cell::Date(date) => date.to_string(),
        }
    }

    /// The order of two cells: text without case, null first (as SQL Server sorts), incomparable
    /// kinds as equal.
    pub(crate) fn order(&self, other: &Cell) -> Ordering {
        match (self.is_null(), other.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.compare(other).unwrap_or(Ordering::Equal),
        }
    }

    /// Compares it with another; null does not compare.
    pub(crate) fn compare(&self, other: &Cell) -> Option<Ordering> {
        match (self, other) {
            (Cell::Text(a), Cell::Text(b)) => Some(compare_text(a, b)),
            (Cell::Bool(a), Cell::Bool(b)) => Some(a.cmp(b)),
            (Cell::Number(a), Cell::Number(b)) => Some(a.cmp(b)),
            (Cell::Time(a), Cell::Time(b)) => Some(a.cmp(b)),
            (Cell::Date(a), Cell::Date(b)) => Some(a.cmp(b)),
            (Cell::Double(_), _) | (_, Cell::Double(_)) => {
                self.double()?.partial_cmp(&other.double()?)
            }
            (Cell::Null, _) | (_, Cell::Null) => None,
            _ => match (self.guid(), other.guid()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => Some(self.decimal()?.cmp(&other.decimal()?)),
            },
        }
    }

    /// As a floating number, if it is a number.
    pub(crate) fn double(&self) -> Option<f64> {
        match self {
            Cell::Double(double) => Some(*double),
            other => other.decimal()?.to_f64(),
        }
    }

    /// As a decimal, if it is an exact number.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match self {
            Cell::Number(number) => Some(Decimal::from(*number)),
            Cell::Decimal(decimal) => Some(*decimal),
            _ => None,
        }
    }
}

/// The order of two texts without case. Accents count here; collations of real organizations may
/// ignore them.
pub(crate) fn compare_text(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        let lower =
            |text: &'_ str| text.bytes().map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>();
        return lower(a).cmp(&lower(b));
    }
    a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Cell::Bool(yes)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Number(number)
    }
}

impl From<Uuid> for Cell {
    fn from(id: Uuid) -> Self {
        Cell::Guid(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_compares_without_case_and_null_comes_first() {
        assert_eq!(Cell::from("CONTOSO").order(&Cell::from("contoso")), Ordering::Equal);
        assert_eq!(Cell::from("ÄRGER").order(&Cell::from("ärger")), Ordering::Equal);
        assert_eq!(Cell::Null.order(&Cell::from("a")), Ordering::Less);
        assert_eq!(Cell::Null.compare(&Cell::Null), None);
    }

    #[test]
    fn numbers_of_all_kinds_compare() {
        let two = Cell::Decimal(Decimal::new(20_000, 4));
        assert_eq!(two.compare(&Cell::Number(2)), Some(Ordering::Equal));
        assert_eq!(two.compare(&Cell::Double(2.5)), Some(Ordering::Less));
        assert_eq!(two.plain(), "2.0000");
    }
}
