//! Rows and their values, as text.

use serde_json::{Map, Value};

/// A row of the output.
pub(super) type Row = Map<String, Value>;

/// `@odata.etag`, `statecode@OData.Community.Display.V1.FormattedValue`
pub(super) fn is_annotation(name: &str) -> bool {
    name.contains('@')
}

/// Whether a text has the form of an id.
pub(super) fn is_guid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if dashes.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

/// A value unchanged.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value in one line. The lines of an address are its parts.
pub(super) fn line(name: &str, value: &Value) -> String {
    let text = text(value);
    let lines: Vec<&str> =
        text.split(['\r', '\n', '\t']).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(if name.ends_with("_composite") { ", " } else { " " })
}

/// The columns of rows in order, without annotations; with `empty` also those that are null in
/// every row.
pub(super) fn columns<'a>(rows: &[&'a Row], empty: bool) -> Vec<&'a str> {
    let mut columns: Vec<&str> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (name, value) in rows.iter().flat_map(|row| row.iter()) {
        if !is_annotation(name) && (empty || !value.is_null()) && seen.insert(name.as_str()) {
            columns.push(name);
        }
    }
    columns
}
