//! Additions to the specification's schemas: the sources of ids, limits, formats, examples, the
//! members of rows.
//!
//! The texts are in `notes.json` and `rows.json`. The specification's own text comes first; the
//! addition starts with `Note:` or `Returns`. `describe` does not include it.

use std::fmt::Write as _;

use rmcp::model::JsonObject;
use serde::Deserialize;
use serde_json::{Value, json};

/// The additions to one tool.
#[derive(Deserialize, Default)]
pub(super) struct Notes {
    note: Option<String>,
    /// How to request less if the output does not fit.
    #[serde(default)]
    pub(super) narrow: String,
    #[serde(default)]
    input: JsonObject,
    #[serde(default)]
    output: JsonObject,
}

/// The additions to the tool with this name; none for a new one.
pub(super) fn of(tool: &str) -> Notes {
    let all: Value = serde_json::from_str(include_str!("notes.json")).unwrap_or_default();
    serde_json::from_value(all[tool].clone()).unwrap_or_default()
}

/// The usual members of a row.
fn row(name: &str) -> JsonObject {
    let all: Value = serde_json::from_str(include_str!("rows.json")).unwrap_or_default();
    all[name].as_object().cloned().unwrap_or_default()
}

impl Notes {
    /// The description of the tool, with its result if it has no output schema.
    pub(super) fn describe(&self, specified: &str, has_output_schema: bool) -> String {
        let mut text = specified.to_owned();
        if let Some(note) = &self.note {
            let _ = write!(text, "\n\nNote: {note}");
        }
        if has_output_schema {
            return text;
        }
        let returned = self.output.iter().map(|(name, said)| {
            if let Some(row_name) = said["members"].as_str() {
                let columns: Vec<String> = row(row_name).keys().cloned().collect();
                return format!("`{name}` with {}", columns.join(", "));
            }
            match said["note"].as_str() {
                Some(note) => format!("`{name}`: {}", note.trim_end_matches('.')),
                None => format!("`{name}`"),
            }
        });
        let returned: Vec<String> = returned.collect();
        if !returned.is_empty() {
            let _ = write!(text, "\n\nReturns JSON. {}.", returned.join("; "));
        }
        text
    }

    /// The input schema with the additions.
    pub(super) fn input(&self, mut schema: JsonObject) -> JsonObject {
        if let Some(properties) = object_in(&mut schema, "properties") {
            for (name, said) in &self.input {
                if let Some(property) = object_in(properties, name) {
                    add(property, said);
                }
            }
        }
        schema
    }

    /// The output schema with the additions: the members of rows, and those added by this server.
    /// `whole` rows have nulls and no names next to ids.
    pub(super) fn output(&self, mut schema: JsonObject, whole: bool) -> JsonObject {
        let Some(properties) = object_in(&mut schema, "properties") else { return schema };
        for (name, said) in &self.output {
            let Some(property) = object_in(properties, name) else { continue };
            add(property, said);
            if let Some(row_name) = said["members"].as_str() {
                let row = row(row_name);
                let row = Value::Object(if whole { in_whole(row) } else { row });
                if let Some(items) = object_in(property, "items") {
                    items.insert("properties".into(), row);
                } else if let Some(either) =
                    property.get_mut("anyOf").and_then(|any| any.get_mut(0))
                {
                    either["properties"] = row;
                }
            }
        }
        properties.insert("failure".into(), failure());
        properties.insert("left_out".into(), left_out());
        schema
    }
}

/// The members of a whole row.
fn in_whole(lean: JsonObject) -> JsonObject {
    let is_whole = |name: &String| !name.ends_with("_text");
    let nullable = |mut member: Value| {
        let description = member.as_object_mut().and_then(|said| said.remove("description"));
        let mut either = json!({"anyOf": [member, {"type": "null"}]});
        if let Some(description) = description {
            either["description"] = description;
        }
        either
    };
    lean.into_iter()
        .filter(|(name, _)| is_whole(name))
        .map(|(name, member)| (name, nullable(member)))
        .collect()
}

fn add(property: &mut JsonObject, said: &Value) {
    let Some(said) = said.as_object() else { return };
    for (name, value) in said {
        match (name.as_str(), value.as_str()) {
            ("members", _) => {}
            ("note", Some(note)) => {
                let first = property.get("description").and_then(Value::as_str).unwrap_or_default();
                let text = format!("{first}\n\nNote: {note}");
                property.insert("description".into(), text.trim_start().into());
            }
            _ => {
                property.insert(name.clone(), value.clone());
            }
        }
    }
}

fn object_in<'a>(schema: &'a mut JsonObject, name: &str) -> Option<&'a mut JsonObject> {
    schema.get_mut(name).and_then(Value::as_object_mut)
}

fn failure() -> Value {
    json!({
        "type": "object",
        "description": "Note: only beside `error`: what to do about it",
        "properties": {
            "kind": {"type": "string"},
            "advice": {"type": "string"},
            "may_be_repeated": {"type": "boolean"},
            "change_may_stand": {"type": "boolean"},
            "wait_seconds": {"type": "integer"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "request_id": {"type": "string"},
            "row_id": {"type": "string", "format": "uuid", "description": "Of the appointment that may have been made or changed, or that the key belongs to"},
        },
    })
}

fn left_out() -> Value {
    json!({
        "type": "object",
        "description": "Note: only where the answer was cut: how many rows of how many, or columns, and how to ask for less",
        "properties": {
            "rows": {"type": "integer"},
            "of": {"type": "integer"},
            "columns": {"type": "integer"},
            "advice": {"type": "string"},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_row_is_described() {
        let all: Value = serde_json::from_str(include_str!("notes.json")).unwrap();
        for (tool, notes) in all.as_object().unwrap() {
            for said in notes["output"].as_object().unwrap().values() {
                if let Some(name) = said["members"].as_str() {
                    assert!(!row(name).is_empty(), "{tool}: {name}");
                }
            }
            let notes: Notes = serde_json::from_value(notes.clone()).unwrap();
            assert!(!notes.narrow.is_empty(), "{tool}");
        }
        serde_json::from_str::<Value>(include_str!("rows.json")).unwrap();
    }

    #[test]
    fn the_specifications_text_comes_first() {
        let text = of("list_accounts").describe("List accounts.", false);
        assert!(text.starts_with("List accounts.\n\nNote: "), "{text}");
        assert!(text.contains("Returns JSON. `accounts` with accountid, name, "), "{text}");
    }
}
