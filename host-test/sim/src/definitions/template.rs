//! The members common to all definitions, in wire order, with their defaults.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

static TABLE: LazyLock<Map<String, Value>> = LazyLock::new(|| read(include_str!("table.txt")));
static COLUMN: LazyLock<Map<String, Value>> = LazyLock::new(|| read(include_str!("column.txt")));

/// The members of a table.
pub(crate) fn table() -> &'static Map<String, Value> {
    &TABLE
}

/// The members of a column of any kind.
pub(crate) fn column() -> &'static Map<String, Value> {
    &COLUMN
}

fn read(text: &str) -> Map<String, Value> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(member).collect()
}

fn member(line: &str) -> Option<(String, Value)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let value: Value = serde_json::from_str(words.next()?).ok()?;
    let value = match (words.next(), words.next()) {
        (Some(changeable), Some(property)) => managed(value, changeable == "true", property),
        _ => value,
    };
    Some((name.to_owned(), value))
}

/// A managed property.
pub(crate) fn managed(value: Value, changeable: bool, property: &str) -> Value {
    json!({"Value": value, "CanBeChanged": changeable, "ManagedPropertyLogicalName": property})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_the_members_of_a_captured_one() {
        // 110 keys were captured, one of them `@odata.context`.
        assert_eq!(table().len(), 109);
        assert_eq!(
            table()["IsCustomizable"],
            json!({"Value": true, "CanBeChanged": true, "ManagedPropertyLogicalName": "iscustomizable"})
        );
        assert_eq!(column()["RequiredLevel"]["Value"], "None");
    }
}
