//! The organization's definitions of columns: their types and options
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api)).

use alloc::string::String;
use alloc::vec::Vec;

use super::answer::{required, unexpected};
use super::request::definition;
use super::{Answer, Request};
use crate::error::Error;
use crate::json::Json;
use crate::text::{decimal, filled};

const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

/// Reads the type of a column.
pub(crate) fn column(table: &str, column: &str) -> Request {
    Request::get(filled!("{}/Attributes(LogicalName='{}')", &[&definition(table), column]))
        .select(&["LogicalName", "AttributeType", "AttributeTypeName"])
}

/// Reads the options of a choice, local or global. `kind` is its type: `PicklistAttributeMetadata`.
pub(crate) fn options(table: &str, column: &str, kind: &str) -> Request {
    let definition = definition(table);
    Request::get(filled!(
        "{}/Attributes(LogicalName='{}')/{}{}",
        &[&definition, column, NAMESPACE, kind],
    ))
    .select(&["LogicalName"])
    .option("$expand", "OptionSet($select=Options),GlobalOptionSet($select=Options)")
}

/// The type of a column: `String`, `Picklist`; for the types that are all `Virtual`, the name that
/// distinguishes them: `MultiSelectPicklist`.
pub(crate) fn read_type(answer: &Answer) -> Result<String, Error> {
    let json = answer.json()?;
    let kind = required(json, "AttributeType")?;
    let name = json.member("AttributeTypeName").and_then(|name| name.text("Value"));
    Ok(match name.as_deref().and_then(|name| name.strip_suffix("Type")) {
        Some(name) if kind == "Virtual" => name.into(),
        _ => kind,
    })
}

/// An option of a choice.
pub(crate) struct ChoiceOption {
    pub(crate) value: i32,
    pub(crate) label: String,
}

/// The options of the local set, or else of the global one: which of the two is present has changed
/// over time.
pub(crate) fn read_options(answer: &Answer) -> Result<Vec<ChoiceOption>, Error> {
    let json = answer.json()?;
    let mut options = Vec::new();
    for set in ["OptionSet", "GlobalOptionSet"] {
        let set = json.member(set).and_then(|set| set.member("Options")?.items());
        if options.is_empty() {
            for option in set.unwrap_or_default() {
                options.push(read_option(option)?);
            }
        }
    }
    Ok(options)
}

fn read_option(option: Json<'_>) -> Result<ChoiceOption, Error> {
    let value = option
        .member("Value")
        .and_then(Json::integer)
        .and_then(|value| i32::try_from(value).ok())
        .ok_or_else(|| unexpected("an option with a value", option.as_str()))?;
    let label = option.member("Label").and_then(label);
    Ok(ChoiceOption { value, label: label.unwrap_or_else(|| decimal(value)) })
}

/// In the user's language, or else in the first one.
fn label(label: Json<'_>) -> Option<String> {
    let user = label.member("UserLocalizedLabel").and_then(localized);
    if user.is_some() {
        return user;
    }
    let all = label.member("LocalizedLabels").and_then(Json::items);
    all.unwrap_or_default().into_iter().find_map(localized)
}

fn localized(label: Json<'_>) -> Option<String> {
    label.text("Label").filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn answer(body: &str) -> Answer {
        Answer { status: 200, headers: Vec::new(), body: body.into() }
    }

    fn read(body: &str) -> Vec<(i32, String)> {
        let options = read_options(&answer(body)).unwrap();
        options.into_iter().map(|option| (option.value, option.label)).collect()
    }

    #[test]
    fn distinguishes_virtual_types() {
        let kind = |body: &str| read_type(&answer(body)).unwrap();
        assert_eq!(
            kind(
                r##"{"@odata.type":"#Microsoft.Dynamics.CRM.StringAttributeMetadata","AttributeType":"String"}"##
            ),
            "String"
        );
        assert_eq!(
            kind(
                r#"{"AttributeType":"Virtual","AttributeTypeName":{"Value":"MultiSelectPicklistType"}}"#
            ),
            "MultiSelectPicklist"
        );
    }

    #[test]
    fn reads_local_and_global_options_and_missing_labels() {
        let option = r#"{"Value":7,"Label":{"LocalizedLabels":[{"Label":"Sieben"}],"UserLocalizedLabel":null}}"#;
        let global = format!(r#"{{"OptionSet":null,"GlobalOptionSet":{{"Options":[{option}]}}}}"#);
        let local =
            format!(r#"{{"OptionSet":{{"Options":[{option},{{"Value":8,"Label":null}}]}}}}"#);
        assert_eq!(read(&global), [(7, "Sieben".into())]);
        assert_eq!(read(&local), [(7, "Sieben".into()), (8, "8".into())]);
    }
}
