//! `run(action, input)`: an action by name, with a typed failure.

use alloc::string::String;

use crate::action::Entry;
use crate::actions::{self, ALL};
use crate::arguments::Arguments;
use crate::call::Call;
use crate::contract::Failure;
use crate::error::Error;
use crate::json::Object;
use crate::outside::Outside;
use crate::text::{bounded, filled};

/// Runs the action with this name, with JSON as input and output: a success is the output of
/// [`invoke`](super::invoke).
///
/// # Errors
///
/// `fix-input` for an unknown action or invalid input; otherwise those of
/// [`action::run`](crate::action::run).
pub fn run(action: &str, input: &str, outside: Outside<'_>) -> Result<String, Failure> {
    let Some(Entry { spec, answer }) = actions::find(action) else {
        return Err(unknown(action).into());
    };
    let mut call = Call::new(outside);
    let mut out = String::new();
    let mut json = Object::open(&mut out);
    json.boolean("success", true);
    json.raw("error", "null");
    let answered = Arguments::read(input, spec.parameters)
        .and_then(|fields| answer(&fields, &mut call, &mut json));
    json.close();
    answered.map(|()| out).map_err(|error| call.failure(error))
}

fn unknown(action: &str) -> Error {
    let mut message =
        filled!("there is no action `{}` (the actions are ", &[&bounded(action, 100)]);
    for (at, entry) in ALL.iter().enumerate() {
        if at > 0 {
            message.push_str(", ");
        }
        message.push_str(entry.spec.name);
    }
    message.push(')');
    Error::fix_input(message)
}
