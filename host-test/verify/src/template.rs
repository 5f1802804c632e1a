//! Texts with variables: `accounts({account})`, `name eq '{name:upper}'`.
//!
//! A variable may carry changes: `:upper`, `:lower`, `:blanks` (appends two blanks), `:braced`,
//! `:half` (its first half), and a length to which it is padded with `x`: a number, or a variable
//! that holds one, with `+1` for one more.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// The characters that a URL cannot contain; the rest of a target is sent unchanged.
const TARGET: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'^').add(b'`');
/// The characters of a value that are encoded in a URL.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The changes; any other word is a variable's name.
const CHANGES: [&str; 6] = ["", "upper", "lower", "blanks", "braced", "half"];

/// The longest text, whatever an organization sends.
const LONGEST: usize = 10_000;

/// The variables of a run.
pub(crate) type Variables = BTreeMap<String, Value>;

/// The names of the variables in a text.
pub(crate) fn names(text: &str) -> Vec<&str> {
    let variables = parts(text).into_iter().filter_map(|part| part.variable);
    let own = variables.flat_map(|(name, changes)| [name, changes.trim_end_matches("+1")]);
    own.filter(|name| !CHANGES.contains(name) && name.parse::<usize>().is_err()).collect()
}

/// The names of the variables in all texts of a value.
pub(crate) fn names_in(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => names(text),
        Value::Array(items) => items.iter().flat_map(names_in).collect(),
        Value::Object(members) => members.values().flat_map(names_in).collect(),
        _ => Vec::new(),
    }
}

/// A text with its variables replaced.
pub(crate) fn text(template: &str, variables: &Variables) -> String {
    fill(template, |name, changes| changed(name, changes, variables))
}

/// The target of a request: values are percent-encoded and their quotes doubled.
pub(crate) fn target(template: &str, variables: &Variables) -> String {
    let mut out = String::new();
    for part in parts(template) {
        out += &utf8_percent_encode(part.before, TARGET).to_string();
        if let Some((name, changes)) = part.variable {
            let value = changed(name, changes, variables).replace('\'', "''");
            out += &utf8_percent_encode(&value, VALUE).to_string();
        }
    }
    out
}

/// A value with the variables in its texts replaced. A text that is a single variable becomes the
/// variable's value, of any kind.
pub(crate) fn value(template: &Value, variables: &Variables) -> Value {
    match template {
        Value::String(text) => {
            let whole = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            match whole.and_then(|name| variables.get(name)) {
                Some(value) => value.clone(),
                None => Value::String(self::text(text, variables)),
            }
        }
        Value::Array(items) => items.iter().map(|item| value(item, variables)).collect(),
        Value::Object(members) => {
            let filled =
                members.iter().map(|(name, member)| (name.clone(), value(member, variables)));
            Value::Object(filled.collect())
        }
        other => other.clone(),
    }
}

fn changed(name: &str, changes: &str, variables: &Variables) -> String {
    let text = match variables.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    match changes {
        "upper" => text.to_uppercase(),
        "lower" => text.to_lowercase(),
        "blanks" => text + "  ",
        "braced" => format!("{{{text}}}"),
        "half" => text.chars().take(text.chars().count().div_ceil(2)).collect(),
        _ => {
            let (changes, more) = match changes.strip_suffix("+1") {
                Some(changes) => (changes, 1),
                None => (changes, 0),
            };
            let known = variables.get(changes).and_then(Value::as_u64).map(|known| known as usize);
            let wanted = known.or_else(|| changes.parse().ok()).unwrap_or(0) + more;
            let missing = usize::saturating_sub(wanted.min(LONGEST), text.chars().count());
            text + &"x".repeat(missing)
        }
    }
}

fn fill(template: &str, value: impl Fn(&str, &str) -> String) -> String {
    let mut out = String::new();
    for part in parts(template) {
        out += part.before;
        if let Some((name, changes)) = part.variable {
            out += &value(name, changes);
        }
    }
    out
}

/// Literal text and the variable that follows it, with its changes.
struct Part<'t> {
    before: &'t str,
    variable: Option<(&'t str, &'t str)>,
}

fn parts(mut text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some((before, rest)) = text.split_once('{')
        && let Some((inner, rest)) = rest.split_once('}')
    {
        let variable = inner.split_once(':').unwrap_or((inner, ""));
        parts.push(Part { before, variable: Some(variable) });
        text = rest;
    }
    parts.push(Part { before: text, variable: None });
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn variables() -> Variables {
        [("name".to_owned(), json!("O'Brien & Söhne")), ("n".to_owned(), json!(3))].into()
    }

    #[test]
    fn a_value_cannot_leave_its_literal() {
        let written = target("accounts?$filter=name eq '{name}'&$top={n}", &variables());
        let expected = "accounts?$filter=name%20eq%20'O%27%27Brien%20%26%20S%C3%B6hne'&$top=3";
        assert_eq!(written, expected);
    }

    #[test]
    fn a_variable_alone_keeps_its_kind() {
        let body = json!({"a": "{n}", "b": "{n} rows", "c": ["{name:upper}"], "d": "{name:18}"});
        let expected =
            json!({"a": 3, "b": "3 rows", "c": ["O'BRIEN & SÖHNE"], "d": "O'Brien & Söhnexxx"});
        assert_eq!(value(&body, &variables()), expected);
    }

    #[test]
    fn lists_the_variables_it_needs() {
        assert_eq!(names("accounts({account}) {name:upper}"), ["account", "name"]);
        assert_eq!(names_in(&json!({"a": ["{x}", 1], "b": "c"})), ["x"]);
    }
}
