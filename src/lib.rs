//! Microsoft Dynamics 365 Sales as a WebAssembly component: eleven actions over the Dataverse Web
//! API.
//!
//! The modules below stand in floors, from the ground up: a module imports only from those above it
//! in this list (`tests/it/floors.rs` keeps the order).
//!
//! To read it, follow a call. The package `component` takes the host's call and hands it to
//! [`action`] (a typed function) or to [`plugin`] (JSON), where one path serves every action; each
//! page in [`actions`] turns checked input into requests and answers into output; [`call`] sends
//! them, with the token that [`auth`] gets, through the traits of [`outside`]; [`dataverse`] has the
//! words of the Web API. Natively this is an ordinary library, so plain `cargo test` tests the pages.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

// The types of `wit/`, generated.
pub mod contract;

// Texts, and what is written in them.
pub mod text;
pub mod json;
pub mod time;

// HTTP.
pub mod http;

// What can go wrong, and the outside.
pub mod error;
pub mod outside;

// Dataverse: the organization, its Web API, the token for it.
pub mod instance;
pub mod dataverse;
pub mod auth;
pub mod retry;

// A call: sending, session, pages.
pub mod call;

// The actions.
pub mod arguments;
pub mod check;
pub mod action;
pub mod category;
pub mod actions;

// The plugin interface: every action by its name, in JSON.
pub mod plugin;
