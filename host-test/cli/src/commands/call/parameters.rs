//! The parameters of the actions as flags, from the JSON Schemas in the manifest.

use clap::{Arg, Command, ValueHint};
use serde_json::Value;

use super::cells::is_guid;
use super::examples::example;
use crate::nearest::nearest;

/// A parameter of an action.
pub(super) struct Parameter<'a> {
    /// Its name in JSON: `account_id`.
    pub(super) name: &'a str,
    /// Its schema type: `string`.
    pub(super) kind: &'a str,
    description: &'a str,
    default: Option<&'a Value>,
    required: bool,
}

impl Parameter<'_> {
    /// `--account-id`
    pub(super) fn flag(&self) -> String {
        format!("--{}", dashed(self.name))
    }

    /// The value of a text.
    ///
    /// # Errors
    ///
    /// Fails with the expected form if the text does not have its type.
    pub(super) fn value(&self, text: &str) -> Result<Value, String> {
        match self.kind {
            "string" => Some(Value::from(text)),
            "integer" => text.trim().parse::<i64>().ok().map(Value::from),
            "number" => serde_json::from_str(text).ok().filter(Value::is_number),
            "boolean" => text.trim().parse::<bool>().ok().map(Value::from),
            _ => serde_json::from_str(text).ok(),
        }
        .ok_or_else(|| {
            let expected = match self.kind {
                "integer" => "a whole number",
                "number" => "a number",
                "boolean" => "`true` or `false`",
                _ => "JSON",
            };
            format!("invalid value `{text}` for `{}` (expected {expected})", self.flag())
        })
    }

    fn arg(&self) -> Arg {
        let mut help = self.description.to_owned();
        if let Some(default) = self.default {
            help.push_str(&format!(" [default: {default}]"));
        }
        if self.required {
            help.push_str(" (required)");
        }
        let arg = Arg::new(self.name.to_owned())
            .long(dashed(self.name))
            .help(help)
            .allow_negative_numbers(true)
            .value_hint(ValueHint::Other)
            .help_heading("Parameters")
            .value_name(self.kind.to_ascii_uppercase());
        // The JSON name is accepted as well.
        let arg = if self.name.contains('_') { arg.alias(self.name.to_owned()) } else { arg };
        match self.kind {
            "boolean" => arg.num_args(0..=1).default_missing_value("true"),
            _ => arg,
        }
    }
}

/// The actions of a manifest.
pub(super) fn actions(manifest: &Value) -> impl Iterator<Item = &Value> {
    manifest["actions"].as_array().into_iter().flatten()
}

/// The parameters of the action with this name.
pub(super) fn of<'a>(manifest: &'a Value, action: &str) -> Vec<Parameter<'a>> {
    let found = actions(manifest).find(|entry| entry["name"] == action);
    found.map(parameters).unwrap_or_default()
}

/// An action as a command.
pub(super) fn command(action: &Value) -> Command {
    let name = action["name"].as_str().unwrap_or_default();
    let json = Arg::new("JSON")
        .help("The parameters as a JSON object, or `-` to read it from stdin; flags override it")
        .help_heading("Parameters")
        .value_hint(ValueHint::Other);
    Command::new(name.to_owned())
        .about(action["description"].as_str().unwrap_or_default().to_owned())
        .after_help(format!("Example:\n  {}", example(action)))
        .next_help_heading("Parameters")
        .arg(json)
        .args(parameters(action).iter().map(Parameter::arg))
}

/// The hint for an unknown flag: ``did you mean `--account-id`? Known: …``.
pub(super) fn meant(action: &Value, wrong: &str) -> String {
    let flags: Vec<String> = parameters(action).iter().map(Parameter::flag).collect();
    match nearest(wrong, flags.iter().map(String::as_str)) {
        Some(flag) => format!("did you mean `{flag}`? {}", capitalized(&list(action))),
        None => list(action),
    }
}

/// The flag for a bare value: an id belongs to a parameter that takes an id.
pub(super) fn flag_for(parameters: &[Parameter], value: &str) -> Option<String> {
    let texts = || parameters.iter().filter(|parameter| parameter.kind == "string");
    let fits = |parameter: &&Parameter| !is_guid(value) || parameter.name.ends_with("_id");
    let found =
        texts().filter(fits).find(|parameter| parameter.required).or_else(|| texts().find(fits));
    found.map(Parameter::flag)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The list of parameters: ``known: `--account-id` (string, required)``.
pub(super) fn list(action: &Value) -> String {
    let parameters = parameters(action);
    if parameters.is_empty() {
        return "it has none".to_owned();
    }
    let shown = parameters.iter().map(|parameter| {
        let required = if parameter.required { ", required" } else { "" };
        format!("`{}` ({}{required})", parameter.flag(), parameter.kind)
    });
    format!("known: {}", shown.collect::<Vec<_>>().join(", "))
}

fn parameters(action: &Value) -> Vec<Parameter<'_>> {
    let schema = &action["input_schema"];
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| Parameter {
            name,
            kind: property["type"].as_str().unwrap_or("json"),
            description: property["description"].as_str().unwrap_or_default(),
            default: property.get("default"),
            required: required(name),
        })
        .collect()
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameter(kind: &str) -> Parameter<'_> {
        Parameter { name: "a_b", kind, description: "", default: None, required: false }
    }

    #[test]
    fn reads_a_text_by_the_type_of_the_schema() {
        for (kind, text, value) in [
            ("string", "007", json!("007")),
            ("string", "", json!("")),
            ("integer", "-7", json!(-7)),
            ("number", "1.5", json!(1.5)),
            ("boolean", "false", json!(false)),
            ("object", r#"{"a": [1]}"#, json!({"a": [1]})),
            ("array", r#"["a"]"#, json!(["a"])),
        ] {
            assert_eq!(parameter(kind).value(text), Ok(value), "{kind} {text}");
        }
    }

    #[test]
    fn says_what_a_parameter_expects() {
        for (kind, text, expected) in [
            ("integer", "1.5", "a whole number"),
            ("number", "\"1\"", "a number"),
            ("boolean", "yes", "`true` or `false`"),
            ("object", "{", "JSON"),
        ] {
            let error = parameter(kind).value(text).unwrap_err();
            assert_eq!(error, format!("invalid value `{text}` for `--a-b` (expected {expected})"));
        }
    }
}
