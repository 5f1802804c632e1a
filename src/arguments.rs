//! The arguments of the JSON interface: one object, checked against the parameters that the action
//! declares.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;
use crate::json::Json;
use crate::text::{bounded, counted, filled, trim};

/// The maximum size of an input, in bytes.
pub const INPUT_LIMIT: usize = 1024 * 1024;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A string.
    Text,
    /// An integer of 32 bits.
    Integer,
    /// True or false.
    Boolean,
    /// An object; an array, or the JSON text of either, is accepted too.
    Object,
}

impl ParameterKind {
    /// The JSON Schema type.
    pub fn as_str(self) -> &'static str {
        match self {
            ParameterKind::Text => "string",
            ParameterKind::Integer => "integer",
            ParameterKind::Boolean => "boolean",
            ParameterKind::Object => "object",
        }
    }
}

/// The default of a parameter.
#[derive(Debug, Clone, Copy)]
pub enum Constant {
    /// An integer.
    Integer(i32),
    /// True or false.
    Boolean(bool),
}

/// A parameter of an action in the specification.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ParameterKind,
    /// Whether it is required.
    pub required: bool,
    /// Its default.
    pub default: Option<Constant>,
    /// The specification's description.
    pub description: &'static str,
}

impl Parameter {
    /// A required parameter.
    pub const fn required(
        name: &'static str,
        kind: ParameterKind,
        description: &'static str,
    ) -> Parameter {
        Parameter { name, kind, required: true, default: None, description }
    }

    /// An optional parameter.
    pub const fn optional(
        name: &'static str,
        kind: ParameterKind,
        description: &'static str,
    ) -> Parameter {
        Parameter { name, kind, required: false, default: None, description }
    }

    /// The same with a default.
    pub const fn or(mut self, default: Constant) -> Parameter {
        self.default = Some(default);
        self
    }

    /// The value or else the default; 0 without a default.
    pub(crate) const fn integer_or_default(&self, value: Option<i32>) -> i32 {
        match (value, self.default) {
            (Some(value), _) | (None, Some(Constant::Integer(value))) => value,
            _ => 0,
        }
    }

    /// The value or else the default; false without a default.
    pub(crate) const fn boolean_or_default(&self, value: Option<bool>) -> bool {
        match (value, self.default) {
            (Some(value), _) | (None, Some(Constant::Boolean(value))) => value,
            _ => false,
        }
    }
}

/// The arguments of an input: each is declared and has its type, and all required ones are present.
#[derive(Debug)]
pub struct Arguments<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Arguments<'a> {
    /// Reads an input. An empty text means an empty object, and `null` an absent argument.
    ///
    /// # Errors
    ///
    /// `fix-input`, with the name of the argument and what was expected.
    pub fn read(input: &'a str, parameters: &[Parameter]) -> Result<Arguments<'a>, Error> {
        if input.len() > INPUT_LIMIT {
            return Err(Error::fix_input(filled!(
                "the input is larger than {} KiB",
                &[&counted(INPUT_LIMIT / 1024)],
            )));
        }
        let input = if trim(input).is_empty() { "{}" } else { input };
        let json = Json::parse(input).map_err(|error| {
            Error::fix_input(filled!(
                "the input is not JSON ({}); expected a JSON object",
                &[&error.says()],
            ))
        })?;
        let arguments = json.members().ok_or_else(|| {
            Error::fix_input(filled!("the input is {}; expected a JSON object", &[&found(json)]))
        })?;
        for (at, (name, value)) in arguments.iter().enumerate() {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                return Err(unknown(name, parameters));
            };
            if arguments.iter().take(at).any(|(earlier, _)| earlier == name) {
                return Err(Error::fix_input(filled!("`{}` is given twice", &[name])));
            }
            check(parameter, *value)?;
        }
        let arguments = Arguments(arguments);
        for parameter in parameters {
            if parameter.required && arguments.value(parameter).is_none() {
                return Err(Error::fix_input(filled!(
                    "`{}` is required ({}: {})",
                    &[parameter.name, parameter.kind.as_str(), parameter.description],
                )));
            }
        }
        Ok(arguments)
    }

    /// Null counts as absent.
    fn value(&self, parameter: &Parameter) -> Option<Json<'a>> {
        let (_, value) = self.0.iter().find(|(name, _)| name == parameter.name)?;
        (!value.is_null()).then_some(*value)
    }

    /// A text, if present.
    pub fn text(&self, parameter: &Parameter) -> Option<String> {
        self.value(parameter)?.string()
    }

    /// A required text: [`Arguments::read`] has refused an input without it.
    pub fn required(&self, parameter: &Parameter) -> String {
        self.text(parameter).unwrap_or_default()
    }

    /// An integer, if present.
    pub fn integer(&self, parameter: &Parameter) -> Option<i32> {
        integer(self.value(parameter)?)
    }

    /// True or false, if present.
    pub fn boolean(&self, parameter: &Parameter) -> Option<bool> {
        self.value(parameter)?.boolean()
    }

    /// JSON, if present: the text of an object or array, even if given as a string.
    pub fn json(&self, parameter: &Parameter) -> Option<String> {
        self.text(parameter).or_else(|| Some(self.value(parameter)?.as_str().to_owned()))
    }
}

fn check(parameter: &Parameter, value: Json<'_>) -> Result<(), Error> {
    let fits = value.is_null()
        || match parameter.kind {
            // A string may also be invalid text: half of a surrogate pair.
            ParameterKind::Text => value.string().is_some(),
            ParameterKind::Integer => integer(value).is_some(),
            ParameterKind::Boolean => value.boolean().is_some(),
            ParameterKind::Object => {
                value.is_object() || value.is_array() || value.string().is_some()
            }
        };
    if fits {
        return Ok(());
    }
    let wanted = match parameter.kind {
        ParameterKind::Text => "a string",
        ParameterKind::Integer => "an integer between -2147483648 and 2147483647",
        ParameterKind::Boolean => "true or false",
        ParameterKind::Object => "an object, an array, or the JSON text of one",
    };
    Err(Error::fix_input(filled!(
        "`{}` is {}; expected {}",
        &[parameter.name, &found(value), wanted],
    )))
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
        filled!("`{}`", &[&bounded(value.as_str(), 40)])
    }
}

fn unknown(name: &str, parameters: &[Parameter]) -> Error {
    let mut message = filled!("unknown field `{}`", &[&bounded(name, 100)]);
    if parameters.is_empty() {
        message.push_str(" (this action takes none)");
    } else {
        message.push_str(" (the fields are ");
        for (at, parameter) in parameters.iter().enumerate() {
            if at > 0 {
                message.push_str(", ");
            }
            message.push('`');
            message.push_str(parameter.name);
            message.push('`');
        }
        message.push(')');
    }
    Error::fix_input(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Parameter = Parameter::required("name", ParameterKind::Text, "A name");
    const COUNT: Parameter = Parameter::optional("count", ParameterKind::Integer, "A count");
    const DEEP: Parameter = Parameter::optional("deep", ParameterKind::Boolean, "Whether");
    const MORE: Parameter = Parameter::optional("more", ParameterKind::Object, "More");
    const PARAMETERS: [Parameter; 4] = [NAME, COUNT, DEEP, MORE];

    fn error(input: &str) -> String {
        Arguments::read(input, &PARAMETERS).unwrap_err().message.clone()
    }

    #[test]
    fn reads_fields_of_every_kind() {
        let input = r#"{"name":"é\"","count":3.0,"deep":null,"more":"[1]"}"#;
        let arguments = Arguments::read(input, &PARAMETERS).unwrap();
        assert_eq!(arguments.required(&NAME), "é\"");
        assert_eq!(arguments.integer(&COUNT), Some(3));
        assert_eq!(arguments.boolean(&DEEP), None);
        assert_eq!(arguments.json(&MORE).as_deref(), Some("[1]"));
        let arguments = Arguments::read(r#"{"name":"","more":{"a": 1}}"#, &PARAMETERS).unwrap();
        assert_eq!(arguments.json(&MORE).as_deref(), Some("{\"a\": 1}"));
    }

    #[test]
    fn treats_empty_text_as_an_empty_object() {
        assert!(Arguments::read(" \n", &[]).is_ok());
        assert_eq!(
            Arguments::read("{\"a\":1}", &[]).unwrap_err().message,
            "unknown field `a` (this action takes none)"
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
            "unknown field `nmae` (the fields are `name`, `count`, `deep`, `more`)"
        );
        assert_eq!(error("[]"), "the input is an array; expected a JSON object");
        assert!(error("{").starts_with("the input is not JSON ("));
    }
}
