//! Reads the connector's secrets from the host's configuration: the secret `client_id` is the key
//! `client_id`.
//!
//! It imports only `wasi:config/store@0.2.0-rc.1`: to a host, another draft of that interface is a
//! different interface. A missing or blank key is `not-found`; a failing store is `unavailable`.
//! Fresh tokens are kept while the instance lives; for any other secret, `set` returns
//! `access-denied`.
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

/// The value of this key; a blank value counts as missing.
fn value(name: &str) -> Result<Option<String>, SecretError> {
    match store::get(name) {
        Ok(value) => Ok(value.filter(|value| !value.trim_ascii().is_empty())),
        // The store's own message is not passed on, since it could contain a secret.
        Err(_) => Err(SecretError::Unavailable),
    }
}
