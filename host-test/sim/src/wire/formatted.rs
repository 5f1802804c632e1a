//! Formatted values in US English and UTC ([formatted
//! values](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/select-columns#formatted-values)).

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::cell::{Cell, Reference};
use crate::schema::{Column, ColumnType, Schema};
use crate::store::Store;

/// The formatted value of a cell. Text and GUIDs have none.
pub(crate) fn formatted(
    cell: &Cell,
    column: &Column,
    schema: &Schema,
    store: &Store,
) -> Option<String> {
    let label = |value: i64| {
        column
            .choices
            .iter()
            .find(|choice| choice.value == value)
            .map(|choice| choice.label.clone())
    };
    match cell {
        Cell::Null | Cell::Guid(_) => None,
        Cell::Bool(yes) => Some(
            label(i64::from(*yes)).unwrap_or_else(|| if *yes { "Yes" } else { "No" }.to_owned()),
        ),
        Cell::Number(number) => match column.kind {
            ColumnType::Choice | ColumnType::State | ColumnType::Status => label(*number),
            _ => Some(grouped(&number.to_string())),
        },
        Cell::Decimal(decimal) if column.kind == ColumnType::Money => Some(money(*decimal)),
        Cell::Decimal(decimal) => Some(grouped(&decimal.to_string())),
        Cell::Double(double) => Some(grouped(&format!("{double:.5}"))),
        Cell::Text(text) if column.kind == ColumnType::MultiChoice => {
            let labels = text.split(',').filter_map(|item| label(item.trim().parse().ok()?));
            Some(labels.collect::<Vec<_>>().join("; "))
        }
        Cell::Text(_) => None,
        Cell::Reference(Reference { table, id }) => {
            let name = &schema.tables.get(table.as_ref())?.primary_name;
            store.row(table, *id)?.text(name).map(str::to_owned)
        }
        Cell::Time(seconds) => {
            let moment = Timestamp::from_second(*seconds).ok()?;
            Some(moment.strftime("%-m/%-d/%Y %-I:%M %p").to_string())
        }
        Cell::Date(day) => Some(day.strftime("%-m/%-d/%Y").to_string()),
    }
}

/// `$5,000,000.00`
fn money(amount: Decimal) -> String {
    let text = grouped(&format!("{:.2}", amount.abs().round_dp(2)));
    if amount.is_sign_negative() { format!("(${text})") } else { format!("${text}") }
}

/// The number with thousands separators.
fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(w, f)| (w, Some(f)));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ColumnType, cell: Cell) -> Option<String> {
        formatted(&cell, &Column::new("x", kind), &Schema::default(), &Store::default())
    }

    #[test]
    fn values_read_as_in_the_documentation() {
        let money = Cell::Decimal(Decimal::new(200_000_000, 4));
        assert_eq!(of(ColumnType::Money, money).unwrap(), "$20,000.00");
        assert_eq!(
            of(ColumnType::DateTime, Cell::Time(1_680_904_741)).unwrap(),
            "4/7/2023 9:59 PM"
        );
        assert_eq!(of(ColumnType::Boolean, Cell::Bool(true)).unwrap(), "Yes");
        assert_eq!(of(ColumnType::Integer, Cell::Number(-1_234_567)).unwrap(), "-1,234,567");
        assert_eq!(of(ColumnType::Text, Cell::from("x")), None);
    }
}
