//! Microsoft Dynamics 365 Sales as a WebAssembly component: eleven actions over the Dataverse Web
//! API.
//!
//! The modules are listed in floors, from the ground up: a module imports only from those above it
//! in this list (`tests/it/floors.rs` enforces the order).
//!
//! To read it, follow a call. The package `component` passes the host's call to [`action`] (a typed
//! function) or to [`plugin`] (JSON), where one path serves every action; each module in
//! [`actions`] turns checked input into requests and responses into output; [`call`] sends the
//! requests, with the token from [`auth`], through the traits of [`outside`]; [`dataverse`] has the
//! vocabulary of the Web API. Natively this is an ordinary library, so plain `cargo test` tests the
//! actions.
//!
//! # The dialect that saves bytes
//!
//! The component has a size limit (`tests/it/size.rs`), so some code here looks unusual. Each habit
//! has its reason; before you "fix" one, compare the size before and after.
//!
//! - **[`text::filled!`](text::filled) and the helpers of [`text`], not `format!` and `str`'s
//!   own.** `format!` adds 4 KB of formatting code, a search for a pattern of several characters 3
//!   KB, one for a single character 4 KB more, `char::is_whitespace` a table of 256 bytes. The
//!   helpers have the names of the functions they replace, and tests compare them.
//! - **[`json`], not `serde_json`.** It would add 45 KB, half of them for numbers with fractions.
//! - **Loops that push, not `collect` and chains of iterators.** Each chain is monomorphized for
//!   its types; a loop is compiled once.
//! - **`match` on an `Option`, not `map` with a closure and `transpose`.** For the same reason, if
//!   the closure can fail: each use would be a separate function.
//! - **`&mut dyn` traits in [`outside`] and functions in [`action::Entry`], not generics.** Code
//!   that is generic over the outside or the action exists once for each of them.
//! - **`#[inline(never)]` on constructors.** At optimization level `z` the compiler still inlines
//!   functions with few callers, and eleven exports are few.
//! - **An [`error::Error`] is one pointer**, because nearly every function can return one.
//! - **Exports by hand** (`component/src/canonical.rs`), not those that `wit-bindgen` generates:
//!   this saves 7 KB and one copy of every row.
//! - **No text of the host's error codes, and no freeing of them**
//!   (`component/src/outside/http.rs`): the code that frees every variant takes 4 KB, while a
//!   leaked text costs a few bytes per failed request.
//! - ***As few host functions as possible** (`poll` rather than `block`): each import takes 200
//!   bytes or more.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

// The types of `wit/`, generated.
pub mod contract;

// Texts, and values written in them.
pub mod text;
pub mod json;
pub mod time;

// HTTP.
pub mod http;

// Errors, and the outside.
pub mod error;
pub mod outside;

// Dataverse: the organization, its Web API, its token.
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

// The plugin interface: every action by name, in JSON.
pub mod plugin;
