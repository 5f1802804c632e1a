//! The input of an action: a JSON object, flags, or both.

use std::io::{IsTerminal, Read};

use clap::ArgMatches;
use serde_json::{Map, Value};

use super::parameters::{Parameter, flag_for};
use crate::commands::Stop;
use crate::terminal;

/// The input as JSON text. An object alone is passed on unchanged; flags override its members.
pub(super) fn of(parameters: Vec<Parameter>, given: &ArgMatches) -> Result<String, Stop> {
    let text = given.get_one::<String>("JSON");
    let text = text.map(|text| if text == "-" { stdin() } else { Ok(text.clone()) }).transpose()?;
    let mut members = match &text {
        Some(text) => object(text, &parameters, given)?,
        None => Map::new(),
    };
    let mut flags = 0;
    for parameter in parameters {
        if let Some(text) = given.get_one::<String>(parameter.name) {
            let value = parameter.value(text).map_err(Stop::Usage)?;
            members.insert(parameter.name.to_owned(), value);
            flags += 1;
        }
    }
    match text {
        Some(text) if flags == 0 => Ok(text),
        _ => Ok(Value::Object(members).to_string()),
    }
}

fn object(
    text: &str,
    parameters: &[Parameter],
    given: &ArgMatches,
) -> Result<Map<String, Value>, Stop> {
    let is_from_stdin = given.get_one::<String>("JSON").is_some_and(|told| told == "-");
    let looks_like_json = text.trim_start().starts_with(['{', '[']) || is_from_stdin;
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => Ok(members),
        _ if !looks_like_json && let Some(flag) = flag_for(parameters, text) => {
            Err(Stop::Usage(format!(
                "`{text}` is not a JSON object; to give it as a parameter, pass `{flag} {text}`"
            )))
        }
        Ok(_) => Err(Stop::Usage("the input is JSON, but not an object `{…}`".to_owned())),
        Err(error) => Err(Stop::Usage(format!("the input is not JSON: {error}"))),
    }
}

fn stdin() -> Result<String, Stop> {
    let mut text = String::new();
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        terminal::note("reading the input, a JSON object, up to Ctrl-D");
    }
    stdin
        .read_to_string(&mut text)
        .map_err(|error| Stop::Usage(format!("cannot read stdin: {error}")))?;
    Ok(text)
}
