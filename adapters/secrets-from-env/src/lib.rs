//! Gives the connector its secrets out of its host's environment: `client_id` is the variable `DYNAMICS365_CLIENT_ID`.
//!
//! It imports `wasi:cli/environment` and nothing else. A variable that is not there, or is blank, is `not-found`; `set`
//! answers `access-denied`, since an environment keeps nothing.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod bindings;

#[global_allocator]
static ALLOCATOR: adapter_runtime::Arena = adapter_runtime::Arena::new();

use alloc::string::String;

use bindings::exports::dynamics365::sales::secrets::{Guest, SecretError};
use bindings::wasi::cli::environment::get_environment;

/// What the names of the variables begin with.
const PREFIX: &str = "DYNAMICS365_";

struct Environment;

impl Guest for Environment {
    fn get(name: String) -> Result<String, SecretError> {
        get_environment()
            .into_iter()
            .find(|(variable, value)| is_of(variable, &name) && !value.trim_ascii().is_empty())
            .map(|(_, value)| value)
            .ok_or(SecretError::NotFound)
    }

    fn set(_: String, _: String) -> Result<(), SecretError> {
        Err(SecretError::AccessDenied)
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
