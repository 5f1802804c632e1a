//! An answer as a person reads it.

use std::collections::BTreeSet;

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Map, Value};

use crate::terminal::{self, plain, quiet};

/// Of the many columns of a row, those that say most, in the order in which they are shown.
const TELLING: [&str; 16] = [
    "subject",
    "name",
    "fullname",
    "label",
    "value",
    "scheduledstart",
    "scheduledend",
    "location",
    "jobtitle",
    "emailaddress1",
    "telephone1",
    "address1_city",
    "accountid",
    "contactid",
    "activityid",
    "solutionid",
];

/// Where a row has none of these, so many of its first columns.
const FIRST: usize = 6;

type Row = Map<String, Value>;

/// Prints an answer: lists of rows and rows as tables, all else as lines. `columns` says which; what is left out is said on
/// stderr.
pub(super) fn show(answer: &Value, columns: Option<&[&String]>) {
    for (name, value) in answer.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            _ if name == "success" => {}
            Value::Array(items) if items.is_empty() => terminal::note(format_args!("no {name}")),
            Value::Array(items) if items.iter().all(Value::is_object) => {
                let rows: Vec<&Row> = items.iter().filter_map(Value::as_object).collect();
                terminal::answer(list(&rows, columns));
            }
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(text).collect();
                terminal::answer(format_args!("{name}: {}", items.join(", ")));
            }
            Value::Object(row) => terminal::answer(single(row, columns)),
            value => terminal::answer(format_args!("{name}: {}", text(value))),
        }
    }
}

fn list(rows: &[&Row], columns: Option<&[&String]>) -> Table {
    let there: Vec<&str> = {
        let mut seen = BTreeSet::new();
        let names = rows.iter().flat_map(|row| row.iter()).filter(|(name, value)| {
            !is_annotation(name) && !value.is_null() && seen.insert(name.as_str())
        });
        names.map(|(name, _)| name.as_str()).collect()
    };
    let shown: Vec<&str> = match columns {
        Some(told) => told.iter().map(|name| name.as_str()).collect(),
        None => telling(&there),
    };
    say_what_is_missing(&shown, &there, columns.is_some());
    let mut table = empty();
    table.set_header(&shown);
    for row in rows {
        table.add_row(shown.iter().map(|name| row.get(*name).map(text).unwrap_or_default()));
    }
    table
}

/// A row as lines of name and value, without what is empty.
fn single(row: &Row, columns: Option<&[&String]>) -> Table {
    let there: Vec<&str> = row
        .iter()
        .filter(|(name, value)| !is_annotation(name) && !value.is_null())
        .map(|(name, _)| name.as_str())
        .collect();
    let shown: Vec<&str> = match columns {
        Some(told) => told.iter().map(|name| name.as_str()).collect(),
        None => there.clone(),
    };
    say_what_is_missing(&shown, &there, columns.is_some());
    let mut table = empty();
    for name in shown {
        table.add_row([name.to_owned(), row.get(name).map(text).unwrap_or_default()]);
    }
    table
}

fn telling<'a>(there: &[&'a str]) -> Vec<&'a str> {
    let known = TELLING.iter().filter_map(|name| there.iter().find(|column| *column == name));
    let known: Vec<&str> = known.copied().collect();
    if known.is_empty() { there.iter().take(FIRST).copied().collect() } else { known }
}

fn say_what_is_missing(shown: &[&str], there: &[&str], told: bool) {
    if told {
        for name in shown.iter().filter(|name| !there.contains(name)) {
            terminal::note(format_args!("the column `{}` is empty in every row", plain(name)));
        }
    } else if let hidden @ 1.. = there.iter().filter(|name| !shown.contains(name)).count() {
        let text = format!("{hidden} more column(s): --json has all, --columns NAMES says which");
        terminal::note(quiet(text));
    }
}

/// `@odata.etag`, `statecode@OData.Community.Display.V1.FormattedValue`
fn is_annotation(name: &str) -> bool {
    name.contains('@')
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    plain(&text).replace('\n', " ")
}

fn empty() -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    if let Some(width) = terminal::width() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(rows: &Value, columns: Option<&[&String]>) -> String {
        let rows: Vec<&Row> =
            rows.as_array().unwrap().iter().filter_map(Value::as_object).collect();
        list(&rows, columns).to_string()
    }

    #[test]
    fn shows_the_telling_columns_without_annotations() {
        let rows = json!([
            {"@odata.etag": "W/1", "accountid": "1", "name": "Contoso", "_ownerid_value": "2", "telephone1": null},
            {"@odata.etag": "W/1", "accountid": "3", "name": null, "_ownerid_value": "2", "telephone1": "555"},
        ]);
        let text = listed(&rows, None);
        let header = text.lines().nth(1).unwrap().split(['│', '┆', ' ']);
        let header: Vec<&str> = header.filter(|name| !name.is_empty()).collect();
        assert_eq!(header, ["name", "telephone1", "accountid"]);
        assert!(!text.contains("W/1"), "{text}");
    }

    #[test]
    fn shows_the_columns_that_were_asked_for() {
        let told = ["b".to_owned(), "c".to_owned()];
        let told: Vec<&String> = told.iter().collect();
        let text = listed(&json!([{"a": 1, "b": {"x": true}}]), Some(&told));
        assert!(text.contains(r#"{"x":true}"#) && text.contains(" c"), "{text}");
        assert!(!text.contains(" a"), "{text}");
    }

    #[test]
    fn a_value_cannot_steer_the_terminal() {
        let text = listed(&json!([{"name": "Evil\u{1b}[2J\u{202e}\nCorp"}]), None);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
        assert!(text.contains("Evil\u{fffd}[2J\u{fffd} Corp"), "{text}");
    }
}
