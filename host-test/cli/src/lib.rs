//! The command line of `dynamics365-sales`: the component at work, against a simulator or an organization.
//!
//! The modules from the ground up; each imports only from those above it in this list.
#![cfg(not(target_arch = "wasm32"))]

mod terminal;

pub mod interface;
pub mod origin;
pub mod packages;
pub mod strip;

pub mod metadata;
pub mod oci;
pub mod sbom;

pub mod compose;

pub mod bench;

mod login;

mod commands;

pub use commands::main;
