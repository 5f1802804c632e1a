//! Checks the project's assumptions about Dataverse against an organization.
//!
//! Each assumption is a file, `assumptions/<group>/<name>.toml`: a sentence with its evidence, the
//! requests that try it and the expected responses ([`Assumption`]). [`verify`] sends the requests,
//! one at a time, and returns a [`Report`]. The report contains none of the organization's data,
//! only statuses, codes, shapes and sentences from this repository. [`settings`] derives from a
//! report the settings that make a simulator behave like that organization.
//!
//! Nothing is written unless the [`Level`] allows it. Each write is recorded in a [`Journal`]
//! before it is sent, and is undone at the end, or later by [`clean_up`].
#![cfg(not(target_arch = "wasm32"))]

// The organization, and how requests reach it.
mod organization;
mod transport;

// The assumptions, and what was seen.
mod shape;
mod template;
mod assumption;
mod report;
mod fact;

// The uses of a report.
mod fidelity;
mod learn;

// A run: what is recorded, sent and removed.
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
