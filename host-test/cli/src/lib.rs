//! The command line of `dynamics365-sales`: the component at work, against a simulator or an organization.
#![cfg(not(target_arch = "wasm32"))]

// The modules from the ground up: each imports only from those above it.

pub mod interface;
mod nearest;
pub mod strip;
mod terminal;

pub mod compose;
mod login;
pub mod oci;

pub mod bench;

mod commands;

pub use commands::main;
