//! The command line of `dynamics365-sales`: the component at work, against a simulator or an
//! organization.
#![cfg(not(target_arch = "wasm32"))]

// From the ground up: a module imports only from the modules listed above it.

pub mod interface;
pub mod origin;
pub mod packages;
mod nearest;
pub mod strip;
mod terminal;

mod login;
pub mod metadata;
pub mod oci;
pub mod sbom;

pub mod compose;

pub mod bench;
mod inspect;

mod commands;

pub use commands::main;
