//! Gives the connector its secrets out of its host's configuration: the secret `client_id` is the key `client_id`.
//!
//! It imports `wasi:config/store@0.2.0-rc.1` and nothing else: other drafts of that interface are others to a host. A key that
//! is not there, or is blank, is `not-found`; a store that fails is `unavailable`; `set` answers `access-denied`, since
//! the store only reads.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod bindings;

#[global_allocator]
static ALLOCATOR: adapter_runtime::Arena = adapter_runtime::Arena::new();

use alloc::string::String;

use bindings::exports::dynamics365::sales::secrets::{Guest, SecretError};
use bindings::wasi::config::store;

struct Configuration;

impl Guest for Configuration {
    fn get(name: String) -> Result<String, SecretError> {
        match store::get(&name) {
            Ok(Some(value)) if !value.trim_ascii().is_empty() => Ok(value),
            Ok(_) => Err(SecretError::NotFound),
            // What the store says of its failure stays here, since it could hold what must not be seen.
            Err(_) => Err(SecretError::Unavailable),
        }
    }

    fn set(_: String, _: String) -> Result<(), SecretError> {
        Err(SecretError::AccessDenied)
    }
}
