//! Asks an organization of Dataverse whether it behaves as it is assumed to.
//!
//! What is assumed stands in `assumptions/<group>/<name>.toml`: one sentence each, with its evidence, the requests that try
//! it and what is expected of the answers ([`Assumption`]). [`verify`] sends the requests, one at a time, and gives a
//! [`Report`] that holds nothing of what the organization holds: statuses, codes, shapes and the sentences of this
//! repository. [`settings`] reads from a report how a simulator behaves as that organization does.
//!
//! Nothing is written unless it is asked for ([`Level`]). What is written is remembered in a [`Journal`] before it is sent,
//! and removed at the end, or later by [`clean_up`].
#![cfg(not(target_arch = "wasm32"))]

// Whom it asks, and how.
mod organization;
mod transport;

// What is assumed, and what was seen.
mod shape;
mod template;
mod assumption;
mod report;
mod fact;

// What a report teaches and shows.
mod fidelity;
mod learn;

// A run: what is remembered, sent and removed.
mod journal;
mod sender;
mod removal;
mod run;
mod plan;

pub use assumption::{Assumption, Evidence, Level, assumptions};
pub use fidelity::fidelity;
pub use journal::Journal;
pub use learn::{Setting, lessons, settings};
pub use organization::Organization;
pub use plan::plan;
pub use removal::{Left, clean_up};
pub use report::{Finding, Outcome, Report, Seen, Value};
pub use run::{Asked, Unhurried, Watch, unbound, verify};
pub use transport::{Transport, Unanswered};
