//! Gives the connector its secrets out of its host's environment: `client_id` is the variable `DYNAMICS365_CLIENT_ID`.
//!
//! It imports `wasi:cli/environment` and nothing else. A variable that is not there, or is blank, is `not-found`. Fresh tokens
//! are kept as long as the instance lives, and nothing else is: `set` answers `access-denied`.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod bindings;

#[global_allocator]
static ALLOCATOR: adapter_runtime::Arena = adapter_runtime::Arena::new();

static TOKENS: Tokens = Tokens::new();

use alloc::string::String;

use adapter_runtime::Tokens;

use bindings::exports::dynamics365::sales::secrets::{Guest, SecretError};
use bindings::wasi::cli::environment::get_environment;

/// What the names of the variables begin with.
const PREFIX: &str = "DYNAMICS365_";

struct Environment;

impl Guest for Environment {
    fn get(name: String) -> Result<String, SecretError> {
        TOKENS.get(&name, &variables())?.ok_or(SecretError::NotFound)
    }

    fn set(name: String, value: String) -> Result<(), SecretError> {
        let is_kept = TOKENS.set(&name, &value, &variables())?;
        is_kept.then_some(()).ok_or(SecretError::AccessDenied)
    }
}

/// The secrets of this environment; blank ones are none.
fn variables() -> impl Fn(&str) -> Result<Option<String>, SecretError> {
    let environment = get_environment();
    move |name| {
        let mut variables = environment.iter();
        let found = variables
            .find(|(variable, value)| is_of(variable, name) && !value.trim_ascii().is_empty());
        Ok(found.map(|(_, value)| value.clone()))
    }
}

/// Whether this variable is the one of that secret.
fn is_of(variable: &str, secret: &str) -> bool {
    variable.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == secret.len()
            && rest
                .bytes()
                .zip(secret.bytes())
                .all(|(have, want)| have == want.to_ascii_uppercase())
    })
}
