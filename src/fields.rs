//! The JSON face's input: one object, checked against the parameters that the action declares.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use crate::failure::Problem;
use crate::failure::bounded;
use crate::json::Json;
use crate::text::{counted, filled, trim};

/// The greatest size of an input, in bytes.
pub const INPUT_LIMIT: usize = 1024 * 1024;

/// What a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// An integer of 32 bits.
    Integer,
    /// True or false.
    Boolean,
    /// An object; an array, or the JSON text of either, is taken too.
    Object,
}

impl Kind {
    /// The word of JSON Schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Integer => "integer",
            Kind::Boolean => "boolean",
            Kind::Object => "object",
        }
    }
}

/// A parameter of an action, as the specification has it.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// What it is when it is absent, as JSON.
    pub default: Option<&'static str>,
    /// The specification's description.
    pub description: &'static str,
}

impl Param {
    /// A parameter that must be given.
    pub const fn required(name: &'static str, kind: Kind, description: &'static str) -> Param {
        Param { name, kind, required: true, default: None, description }
    }

    /// A parameter that may be absent.
    pub const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Param {
        Param { name, kind, required: false, default: None, description }
    }

    /// The same with what it is when it is absent.
    pub const fn or(mut self, default: &'static str) -> Param {
        self.default = Some(default);
        self
    }
}

/// The fields of an input: each is declared, of its type, and there if it is required.
#[derive(Debug)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Fields<'a> {
    /// Reads an input; an empty text is an object without fields, and `null` is an absent field.
    ///
    /// # Errors
    ///
    /// `fix-input` that names the field and says what was expected.
    pub fn read(input: &'a str, params: &[Param]) -> Result<Fields<'a>, Problem> {
        if input.len() > INPUT_LIMIT {
            return Err(Problem::fix_input(filled(
                "the input is larger than {} KiB",
                &[&counted(INPUT_LIMIT / 1024)],
            )));
        }
        let input = if trim(input).is_empty() { "{}" } else { input };
        let json = Json::parse(input).map_err(|error| {
            Problem::fix_input(filled(
                "the input is not JSON ({}); expected a JSON object",
                &[&error.says()],
            ))
        })?;
        let fields = json.members().ok_or_else(|| {
            Problem::fix_input(filled("the input is {}; expected a JSON object", &[&found(json)]))
        })?;
        for (at, (name, value)) in fields.iter().enumerate() {
            let Some(param) = params.iter().find(|param| param.name == name) else {
                return Err(unknown(name, params));
            };
            if fields.iter().take(at).any(|(earlier, _)| earlier == name) {
                return Err(Problem::fix_input(filled("`{}` is given twice", &[name])));
            }
            check(param, *value)?;
        }
        let fields = Fields(fields);
        for param in params {
            if param.required && fields.value(param.name).is_none() {
                return Err(Problem::fix_input(filled(
                    "`{}` is required ({}: {})",
                    &[param.name, param.kind.as_str(), param.description],
                )));
            }
        }
        Ok(fields)
    }

    /// Null is absent.
    fn value(&self, name: &str) -> Option<Json<'a>> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_null()).then_some(*value)
    }

    /// A text, if it is there.
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.string()
    }

    /// A text that is required, so that it is there.
    pub fn required(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// An integer, if it is there.
    pub fn integer(&self, name: &str) -> Option<i32> {
        integer(self.value(name)?)
    }

    /// True or false, if it is there.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        self.value(name)?.boolean()
    }

    /// JSON, if it is there: the text of an object or array, also when it came as a string.
    pub fn json(&self, name: &str) -> Option<String> {
        self.text(name).or_else(|| Some(self.value(name)?.as_str().to_owned()))
    }
}

fn check(param: &Param, value: Json<'_>) -> Result<(), Problem> {
    let fits = value.is_null()
        || match param.kind {
            // Also a string may be none: half of a surrogate pair is no text.
            Kind::Text => value.string().is_some(),
            Kind::Integer => integer(value).is_some(),
            Kind::Boolean => value.boolean().is_some(),
            Kind::Object => value.is_object() || value.is_array() || value.string().is_some(),
        };
    if fits {
        return Ok(());
    }
    let wanted = match param.kind {
        Kind::Text => "a string",
        Kind::Integer => "an integer between -2147483648 and 2147483647",
        Kind::Boolean => "true or false",
        Kind::Object => "an object, an array, or the JSON text of one",
    };
    Err(Problem::fix_input(filled("`{}` is {}; expected {}", &[param.name, &found(value), wanted])))
}

fn integer(value: Json<'_>) -> Option<i32> {
    value.integer().and_then(|value| i32::try_from(value).ok())
}

fn found(value: Json<'_>) -> String {
    if value.is_object() {
        "an object".to_owned()
    } else if value.is_array() {
        "an array".to_owned()
    } else if value.is_string() {
        "a string".to_owned()
    } else {
        filled("`{}`", &[&bounded(value.as_str(), 40)])
    }
}

fn unknown(name: &str, params: &[Param]) -> Problem {
    let mut message = filled("there is no field `{}`", &[&bounded(name, 100)]);
    if params.is_empty() {
        message.push_str(" (this action takes none)");
    } else {
        message.push_str(" (the fields are ");
        for (at, param) in params.iter().enumerate() {
            if at > 0 {
                message.push_str(", ");
            }
            message.push('`');
            message.push_str(param.name);
            message.push('`');
        }
        message.push(')');
    }
    Problem::fix_input(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: [Param; 4] = [
        Param::required("name", Kind::Text, "A name"),
        Param::optional("count", Kind::Integer, "A count"),
        Param::optional("deep", Kind::Boolean, "Whether"),
        Param::optional("more", Kind::Object, "More"),
    ];

    fn error(input: &str) -> String {
        Fields::read(input, &PARAMS).unwrap_err().message.clone()
    }

    #[test]
    fn reads_fields_of_every_kind() {
        let input = r#"{"name":"é\"","count":3.0,"deep":null,"more":"[1]"}"#;
        let fields = Fields::read(input, &PARAMS).unwrap();
        assert_eq!(fields.required("name"), "é\"");
        assert_eq!(fields.integer("count"), Some(3));
        assert_eq!(fields.boolean("deep"), None);
        assert_eq!(fields.json("more").as_deref(), Some("[1]"));
        let fields = Fields::read(r#"{"name":"","more":{"a": 1}}"#, &PARAMS).unwrap();
        assert_eq!(fields.json("more").as_deref(), Some("{\"a\": 1}"));
    }

    #[test]
    fn takes_no_text_for_an_empty_object() {
        assert!(Fields::read(" \n", &[]).is_ok());
        assert_eq!(
            Fields::read("{\"a\":1}", &[]).unwrap_err().message,
            "there is no field `a` (this action takes none)"
        );
    }

    #[test]
    fn says_what_was_expected() {
        assert_eq!(error("{}"), "`name` is required (string: A name)");
        assert_eq!(error(r#"{"name":null}"#), "`name` is required (string: A name)");
        assert_eq!(error(r#"{"name":1}"#), "`name` is `1`; expected a string");
        assert_eq!(error(r#"{"name":["x"]}"#), "`name` is an array; expected a string");
        assert_eq!(error(r#"{"name":"\ud800"}"#), "`name` is a string; expected a string");
        assert_eq!(error(r#"{"name":"x","name":"y"}"#), "`name` is given twice");
        assert_eq!(
            error(r#"{"name":"x","count":2147483648}"#),
            "`count` is `2147483648`; expected an integer between -2147483648 and 2147483647"
        );
        assert_eq!(
            error(r#"{"nmae":"x"}"#),
            "there is no field `nmae` (the fields are `name`, `count`, `deep`, `more`)"
        );
        assert_eq!(error("[]"), "the input is an array; expected a JSON object");
        assert!(error("{").starts_with("the input is not JSON ("));
    }
}
