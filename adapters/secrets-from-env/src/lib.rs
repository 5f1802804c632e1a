//! Reads the connector's secrets from the host's environment: the secret `client_id` is the
//! variable `DYNAMICS365_CLIENT_ID`.
//!
//! It imports only `wasi:cli/environment`. A missing or blank variable is `not-found`. Fresh tokens
//! are kept while the instance lives; for any other secret, `set` returns `access-denied`.
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

/// The prefix of the variables' names.
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

/// The secrets in the environment; blank values count as missing.
fn variables() -> impl Fn(&str) -> Result<Option<String>, SecretError> {
    let environment = get_environment();
    move |name| {
        let mut variables = environment.iter();
        let found = variables
            .find(|(variable, value)| is_of(variable, name) && !value.trim_ascii().is_empty());
        Ok(found.map(|(_, value)| value.clone()))
    }
}

/// Whether this variable holds that secret.
fn is_of(variable: &str, secret: &str) -> bool {
    variable.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == secret.len()
            && rest
                .bytes()
                .zip(secret.bytes())
                .all(|(have, want)| have == want.to_ascii_uppercase())
    })
}
