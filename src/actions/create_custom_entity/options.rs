//! The options of a choice, and the two of yes or no.

use alloc::string::String;
use alloc::vec::Vec;

use super::kinds::Kind;
use super::labels::Language;
use crate::json::{Json, push_array};
use crate::text::{decimal, filled};

/// Options as given: labels, with or without values.
pub(super) struct Options(Vec<(Option<i64>, String)>);

impl Options {
    /// Reads `["Open", "Closed"]` or `[{"value": 1, "label": "Open"}]`; for a boolean the labels of
    /// no and of yes.
    pub(super) fn read(json: &str, kind: &Kind) -> Result<Options, String> {
        let options = Json::parse(json).ok().and_then(read_all).ok_or(
            "has `options` that are none; expected an array of labels, or of {\"value\": 1, \"label\": \"…\"}",
        )?;
        match options.len() {
            0 => Err("has no `options`; expected at least one".into()),
            2 => Ok(Options(options)),
            _ if kind.is_boolean() => {
                Err("has not two `options`; expected the labels of no and of yes".into())
            }
            _ => Ok(Options(options)),
        }
    }

    /// The default options of a boolean.
    pub(super) fn no_and_yes() -> Options {
        Options(Vec::from([(None, "No".into()), (None, "Yes".into())]))
    }

    /// The option set to send. Options without a value get the publisher's numbers, starting with
    /// this one.
    pub(super) fn set(&self, kind: &Kind, language: Language, first: i64) -> String {
        let option = |value: i64, label: &str| {
            let label = language.label(label);
            filled!(r#"{"Value":{},"Label":{}}"#, &[&decimal(value), &label])
        };
        if let [(_, no), (_, yes)] = self.0.as_slice()
            && kind.is_boolean()
        {
            return filled!(
                r#"{"@odata.type":"Microsoft.Dynamics.CRM.BooleanOptionSetMetadata","OptionSetType":"Boolean","TrueOption":{},"FalseOption":{}}"#,
                &[&option(1, yes), &option(0, no)],
            );
        }
        let mut options = String::new();
        push_array(&mut options, self.0.iter().zip(first..), |out, ((value, label), number)| {
            out.push_str(&option(value.unwrap_or(number), label));
        });
        filled!(
            r#"{"@odata.type":"Microsoft.Dynamics.CRM.OptionSetMetadata","IsGlobal":false,"OptionSetType":"Picklist","Options":{}}"#,
            &[&options],
        )
    }
}

fn read_all(json: Json<'_>) -> Option<Vec<(Option<i64>, String)>> {
    let mut options = Vec::new();
    for option in json.items()? {
        options.push(read_one(option)?);
    }
    Some(options)
}

fn read_one(option: Json<'_>) -> Option<(Option<i64>, String)> {
    if let Some(label) = option.string() {
        return Some((None, label));
    }
    let value = match option.member("value").or_else(|| option.member("Value")) {
        Some(value) => Some(value.integer()?),
        None => None,
    };
    Some((value, option.text("label").or_else(|| option.text("Label"))?))
}
