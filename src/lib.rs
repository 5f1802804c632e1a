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
//!
//! # The dialect that saves bytes
//!
//! The component has a size bar (`tests/it/size.rs`), so some code here is not what one writes at
//! first. Each habit has its reason; whoever "mends" one should look at the size before and after.
//!
//! - **[`text::filled!`](text::filled) and the helpers of [`text`], not `format!` and `str`'s own.**
//!   `format!` brings 4 KB of formatting code, a search for a pattern of several characters 3 KB, one
//!   for a single character 4 KB more, `char::is_whitespace` a table of 256 bytes. The helpers have
//!   the names of what they stand for, and tests hold them against it.
//! - **[`json`], not `serde_json`.** 45 KB, half of them for numbers with fractions.
//! - **Loops that push, not `collect` and chains of iterators.** Each chain is monomorphized for its
//!   types; a loop is compiled once, where it stands.
//! - **`match` on an `Option`, not `map` with a closure and `transpose`.** For the same reason, where
//!   the closure can fail: each use would be a function of its own.
//! - **`&mut dyn` traits in [`outside`] and functions in [`action::Entry`], not generics.** What is
//!   generic over the outside or the page exists once for each of them.
//! - **`#[inline(never)]` on constructors.** At size level `z` the compiler still inlines what is
//!   called from few places, and eleven exports are few.
//! - **An [`error::Error`] is one pointer**, since nearly every function can return one.
//! - **Exports by hand** (`component/src/canonical.rs`), not those that `wit-bindgen` generates: 7 KB, and one copy less of
//!   every row.
//! - **No text of the host's error codes, and no freeing of them** (`component/src/outside/http.rs`):
//!   the code that frees every variant takes 4 KB, a leaked text some bytes for a failed request.
//! - **As few functions of the host as possible** (`poll` and not `block`): each import takes 200
//!   bytes and more.
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
