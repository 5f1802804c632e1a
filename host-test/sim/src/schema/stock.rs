//! The tables of a fresh organization, read from two lists: columns (`stock.txt`) and options
//! (`choices.txt`).

use http::Method;

use super::{Choice, Column, ColumnType, Navigation, Schema, Table};

const COLUMNS: &str = include_str!("stock.txt");
const CHOICES: &str = include_str!("choices.txt");

impl Schema {
    /// The tables of a fresh organization.
    pub fn stock() -> Self {
        let mut schema = Schema::default();
        let mut current = String::new();
        for line in lines(COLUMNS) {
            let mut words = line.split(' ');
            let Some(kind) = words.next() else { continue };
            if kind == "table" {
                if let Some(table) = table(words) {
                    current.clone_from(&table.logical_name);
                    schema.tables.insert(table.logical_name.clone(), table);
                }
                continue;
            }
            let Some(table) = schema.tables.get_mut(&current) else { continue };
            for word in words {
                match kind {
                    "one" | "many" => navigation(table, word, kind == "many"),
                    _ => column(table, kind, word),
                }
            }
        }
        for line in lines(CHOICES) {
            options(&mut schema, line);
        }
        schema
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn table<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Table> {
    let mut word = || words.next().map(str::to_owned);
    Some(Table {
        logical_name: word()?,
        schema_name: word()?,
        set_name: word()?,
        primary_id: word()?,
        primary_name: word()?,
        columns: Default::default(),
        navigation: Default::default(),
        operations: words.filter_map(|word| Method::from_bytes(word.as_bytes()).ok()).collect(),
    })
}

fn navigation(table: &mut Table, word: &str, collection: bool) {
    let mut parts = word.split(':').map(str::to_owned);
    let (Some(name), Some(target), Some(column)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    table.navigation.insert(name.clone(), Navigation { name, target, column, collection });
}

/// One column: `name:160`, `statecode=0`, `createdon!`, `_primarycontactid_value:contact`.
fn column(table: &mut Table, kind: &str, word: &str) {
    let (word, read_only) = match word.strip_suffix('!') {
        Some(word) => (word, true),
        None => (word, false),
    };
    let (word, default) = match word.split_once('=') {
        Some((word, default)) => (word, default.parse().ok()),
        None => (word, None),
    };
    let (name, rest) = word.split_once(':').unwrap_or((word, ""));
    let kind = match kind {
        "Guid" => ColumnType::Guid,
        "Memo" => ColumnType::Memo,
        "Integer" => ColumnType::Integer,
        "Choice" => ColumnType::Choice,
        "State" => ColumnType::State,
        "Status" => ColumnType::Status,
        "BigInt" => ColumnType::BigInt,
        "Boolean" => ColumnType::Boolean,
        "Decimal" => ColumnType::Decimal,
        "Money" => ColumnType::Money,
        "Double" => ColumnType::Double,
        "DateTime" => ColumnType::DateTime,
        "Date" => ColumnType::Date,
        "Binary" => ColumnType::Binary,
        "Lookup" => ColumnType::Lookup(rest.split('|').map(str::to_owned).collect()),
        _ => ColumnType::Text,
    };
    let column =
        Column { read_only, max_length: rest.parse().ok(), default, ..Column::new(name, kind) };
    table.columns.insert(name.to_owned(), column);
}

/// One line of `choices.txt`.
fn options(schema: &mut Schema, line: &str) {
    let mut parts = line.splitn(3, ' ');
    let (Some(tables), Some(name), Some(options)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    for table in tables.split(',') {
        let column = schema.tables.get_mut(table).and_then(|table| table.columns.get_mut(name));
        let Some(column) = column else { continue };
        for option in options.split('|') {
            let Some((value, label)) = option.split_once('=') else { continue };
            let Ok(value) = value.parse() else { continue };
            let (label, state) = label.split_once('@').unwrap_or((label, ""));
            column.choices.push(Choice { value, label: label.to_owned() });
            if let Ok(state) = state.parse() {
                column.states.push((value, state));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_column_that_the_reference_lists() {
        let schema = Schema::stock();
        let count = |name: &str| {
            let table = &schema.tables[name];
            let lookups = table.columns.keys().filter(|name| name.starts_with('_')).count();
            let single = table.navigation.values().filter(|one| !one.collection).count();
            (table.columns.len() - lookups, lookups, single)
        };
        assert_eq!(count("appointment"), (62, 13, 35));
        assert_eq!(count("account"), (128, 17, 16));
        assert_eq!(count("contact"), (173, 18, 16));
        assert_eq!(count("systemuser"), (115, 13, 15));
        assert_eq!(count("publisher"), (60, 5, 5));
        assert_eq!(count("solution"), (22, 8, 9));
        assert_eq!(count("activityparty"), (15, 3, 14));
    }

    #[test]
    fn every_choice_has_options_and_every_status_its_state() {
        for table in Schema::stock().tables.values() {
            for column in table.columns.values() {
                if matches!(
                    column.kind,
                    ColumnType::Choice | ColumnType::State | ColumnType::Status
                ) {
                    assert!(!column.choices.is_empty(), "{}.{}", table.logical_name, column.name);
                }
                if column.kind == ColumnType::Status {
                    assert_eq!(column.states.len(), column.choices.len(), "{}", table.logical_name);
                }
            }
        }
    }

    #[test]
    fn both_names_of_the_regarding_account_set_the_same_column() {
        let appointment = &Schema::stock().tables["appointment"];
        for name in ["regardingobjectid_account", "regardingobjectid_account_appointment"] {
            assert_eq!(appointment.navigation[name].column, "_regardingobjectid_value");
        }
    }
}
