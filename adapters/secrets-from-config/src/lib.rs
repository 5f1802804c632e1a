//! Gives the connector its secrets out of its host's configuration: the secret `client_id` is the key `client_id`.
//!
//! It imports `wasi:config/store@0.2.0-rc.1` and nothing else: other drafts of that interface are others to a host. A key that
//! is not there, or is blank, is `not-found`; a store that fails is `unavailable`. Fresh tokens are kept as long as the
//! instance lives, and nothing else is: `set` answers `access-denied`.
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
use bindings::wasi::config::store;

struct Configuration;

impl Guest for Configuration {
    fn get(name: String) -> Result<String, SecretError> {
        TOKENS.get(&name, &value)?.ok_or(SecretError::NotFound)
    }

    fn set(name: String, fresh: String) -> Result<(), SecretError> {
        let is_kept = TOKENS.set(&name, &fresh, &value)?;
        is_kept.then_some(()).ok_or(SecretError::AccessDenied)
    }
}

/// The value of this key; a blank one is none.
fn value(name: &str) -> Result<Option<String>, SecretError> {
    match store::get(name) {
        Ok(value) => Ok(value.filter(|value| !value.trim_ascii().is_empty())),
        // What the store says of its failure stays here, since it could hold what must not be seen.
        Err(_) => Err(SecretError::Unavailable),
    }
}
