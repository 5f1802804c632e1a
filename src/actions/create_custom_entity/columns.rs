//! The columns of a new table: Dataverse's own definitions, completed, or a short form
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-column-definitions-using-web-api)).
//!
//! The short form is `{"name": "Balance", "type": "money", "required": true, …}`. Members that
//! start with a capital letter or an `@` are Dataverse's own and are sent unchanged; one definition
//! may have both.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::kinds::{self, Kind};
use super::labels::Language;
use super::members::Members;
use super::names;
use super::options::Options;
use super::solution::Solution;
use crate::error::Error;
use crate::json::{Json, quoted};
use crate::text::{bounded, counted, filled, rsplit_once, trim};

/// The maximum number of columns per call.
const MOST_COLUMNS: usize = 200;

/// A column to create.
pub(super) struct Column {
    kind: &'static Kind,
    language: Language,
    name: Name,
    label: String,
    options: Option<Options>,
    members: Members,
}

enum Name {
    // In Dataverse's form: kept if it has the prefix.
    Schema(String),
    // Derived from the display name.
    Display(String),
}

/// The definition of the primary column.
pub(super) fn primary(language: Language, display_name: &str, schema_name: String) -> String {
    let mut members = Members::default();
    kinds::STRING.complete(&mut members);
    members.set("DisplayName", language.label(display_name));
    members.set("IsPrimaryName", "true".to_owned());
    members.set("SchemaName", quoted(&schema_name));
    members.written()
}

/// Reads definitions: an array, `{"attributes": [...]}`, a single one, or an object of definitions
/// by name.
///
/// # Errors
///
/// `fix-input`, which names the wrong definition and what was expected.
pub(super) fn read(json: &str, language: Language) -> Result<Vec<Column>, Error> {
    let list = definitions(json)?;
    if list.len() > MOST_COLUMNS {
        return Err(refused(
            "",
            &filled!(
                "holds {} definitions (at most {})",
                &[&counted(list.len()), &counted(MOST_COLUMNS)],
            ),
        ));
    }
    let mut columns = Vec::new();
    for (at, (key, json)) in list.into_iter().enumerate() {
        let column = Column::read(key, json, language);
        columns.push(column.map_err(|reason| refused(&filled!("[{}]", &[&counted(at)]), &reason))?);
    }
    Ok(columns)
}

fn refused(at: &str, reason: &str) -> Error {
    Error::fix_input(filled!("`additional_attributes{}` {}", &[at, reason]))
}

/// Reads each form into definitions, with the names that an object gives.
fn definitions(json: &str) -> Result<Vec<(Option<String>, Json<'_>)>, Error> {
    let json = Json::parse(json).map_err(|error| {
        refused(
            "",
            &filled!("is not JSON ({}); expected an array of definitions", &[&error.says()]),
        )
    })?;
    if json.is_null() {
        return Ok(Vec::new());
    }
    let mut list = json;
    for name in &["value", "attributes", "Attributes"] {
        list = json.member(name).filter(|list| list.is_array()).unwrap_or(list);
    }
    if let Some(items) = list.items() {
        let mut columns = Vec::new();
        for item in items {
            columns.push((None, item));
        }
        return Ok(columns);
    }
    let members = json.members().ok_or_else(|| {
        refused(
            "",
            &filled!("is `{}`; expected an array of definitions", &[&bounded(json.as_str(), 60)]),
        )
    })?;
    let is_one = members.iter().any(|(name, value)| {
        let names = ["SchemaName", "AttributeType", "name", "schema_name", "display_name", "type"];
        name.starts_with('@') || (names.contains(&&**name) && value.is_string())
    });
    if is_one {
        return Ok(Vec::from([(None, json)]));
    }
    let mut columns = Vec::new();
    for (name, value) in members {
        columns.push((Some(name.into_owned()), value));
    }
    Ok(columns)
}

impl Column {
    fn read(key: Option<String>, json: Json<'_>, language: Language) -> Result<Column, String> {
        let all = match (json.members(), json.string()) {
            (Some(members), _) => members,
            // `{"Balance": "money"}`: the type alone.
            (None, Some(_)) if key.is_some() => Vec::from([("type".into(), json)]),
            _ => {
                return Err(filled!(
                    "is `{}`; expected a definition, which is a JSON object",
                    &[&bounded(json.as_str(), 60)],
                ));
            }
        };
        let mut members = Members::default();
        let mut short = Members::default();
        for (name, value) in all {
            if value.is_null() {
                continue;
            }
            let is_own = matches!(name.as_bytes(), [b'A'..=b'Z' | b'@', ..]);
            let side = if is_own { &mut members } else { &mut short };
            side.set(&name, value.as_str().to_owned());
        }
        let kind = kinds::find(&type_of(&members, &short)?)?;
        if members.get("IsPrimaryName") == Some("true") {
            return Err(
                "has `IsPrimaryName`, which only the column of `primary_attribute` may have".into(),
            );
        }
        let label = short
            .first_text(&["display_name", "label", "name"])
            .or_else(|| members.text("DisplayName"))
            .or(key);
        let schema_name = members.text("SchemaName").or_else(|| short.text("schema_name"));
        let (name, label) = match (schema_name, label) {
            (Some(name), label) => (Name::Schema(name.clone()), label.unwrap_or(name)),
            (None, Some(label)) => (Name::Display(label.clone()), label),
            (None, None) => return Err("has no name; expected `name` or `SchemaName`".into()),
        };
        if trim(&label).is_empty() {
            return Err("has a blank name".into());
        }
        kind.take_short(&short, &mut members, language)?;
        let has_set = members.get("OptionSet").is_some()
            || members.get("GlobalOptionSet@odata.bind").is_some();
        let options = match short.get("options") {
            Some(json) => Some(Options::read(json, kind)?),
            None if has_set => None,
            None if kind.is_choice() => {
                return Err(
                    "is a choice without `options`; expected some, such as [\"Open\", \"Closed\"]"
                        .into(),
                );
            }
            None => kind.is_boolean().then(Options::no_and_yes),
        };
        Ok(Column { kind, language, name, label, options, members })
    }

    /// The definition to send.
    pub(super) fn definition(mut self, solution: &Solution, used: &mut Vec<String>) -> String {
        let name = match &self.name {
            Name::Schema(name) => {
                let name = names::given(&solution.prefix, name);
                // A given name is kept; Dataverse reports if it is taken.
                used.push(name.clone());
                name
            }
            Name::Display(name) => names::unused(names::column(&solution.prefix, name), used),
        };
        self.members.set("SchemaName", quoted(&name));
        for label in &["DisplayName", "Description"] {
            // A label may be given as text.
            if let Some(text) = self.members.text(label) {
                self.members.set(label, self.language.label(&text));
            }
        }
        self.members.fill("DisplayName", self.language.label(&self.label));
        if let Some(options) = &self.options {
            let set = options.set(self.kind, self.language, solution.first_option);
            self.members.fill("OptionSet", set);
        }
        self.kind.complete(&mut self.members);
        self.members.written()
    }
}

/// The type, from the first of these members: `@odata.type`, `AttributeTypeName`, `AttributeType`
/// or `type`.
fn type_of(members: &Members, short: &Members) -> Result<String, String> {
    if let Some(full) = members.text("@odata.type") {
        let name = rsplit_once(&full, b'.').map_or(full.as_str(), |(_, name)| name);
        return Ok(name.strip_suffix("AttributeMetadata").unwrap_or(name).to_owned());
    }
    if let Some(json) = members.get("AttributeTypeName") {
        let name =
            Json::parse(json).ok().and_then(|name| name.text("Value").or_else(|| name.string()));
        let name = name.ok_or("has an `AttributeTypeName` that is not `{\"Value\": \"…\"}`")?;
        return Ok(name.strip_suffix("Type").unwrap_or(&name).to_owned());
    }
    members
        .text("AttributeType")
        .or_else(|| short.text("type"))
        .ok_or_else(|| "has no type; expected `type` (such as \"string\") or `@odata.type`".into())
}
