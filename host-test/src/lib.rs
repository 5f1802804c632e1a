//! A host for the `dynamics365-sales` component: small, complete and worth copying.
//!
//! [`Connector`] is the component, ready to be called; [`Secrets`] holds its secrets:
//!
//! ```no_run
//! use host_test::{Connector, Secrets, Settings};
//!
//! # async fn example() -> Result<(), host_test::Error> {
//! let connector = Connector::new(Settings::default())?;
//! let secrets = Secrets::new()
//!     .with("instance_url", "org12345.crm.dynamics.com")
//!     .with("tenant_id", "…")
//!     .with("client_id", "…")
//!     .with("client_secret", "…");
//! let answer: String = connector.invoke(&secrets, "list_accounts", "{}").await?;
//! # Ok(())
//! # }
//! ```
//!
//! The same with typed functions against a simulator in the process:
//!
//! ```
//! use dataverse_sim::{Dataverse, World};
//! use host_test::actions::ListAccountsInput;
//! use host_test::{Backend, Connector, InProcess, Secrets, Settings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), host_test::Error> {
//! let mut dataverse = Dataverse::new(World::default());
//! let secrets = Secrets::new()
//!     .with("instance_url", "org12345.crm.dynamics.com")
//!     .with("access_token", &dataverse.issue_token());
//! let backend = Backend::InProcess(InProcess::new(dataverse));
//! let connector = Connector::new(Settings { backend, ..Settings::default() })?;
//!
//! let input = ListAccountsInput { filter: None, records_per_page: Some(3) };
//! match connector.list_accounts(&secrets, &input).await? {
//!     Ok(rows) => assert_eq!(rows.len(), 3),
//!     Err(failure) => panic!("{failure:?}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What it takes care of, and in which file:
//!
//! - every call gets a new store; the component is compiled and linked once (`component.rs`,
//!   `engine.rs`) and cached on disk, and its memory comes from a pool ([`EngineSettings`]);
//! - a call has limits on memory, computing and time, and a trap is an error value ([`Limits`],
//!   [`Error`]);
//! - requests may go only to the organization and its sign-in service (`http/allowed.rs`), through
//!   one pooled client for all calls that requests gzip and decompresses it (`http/gzip.rs`), or
//!   stay in the process with the simulator ([`Backend`]);
//! - secrets are read by name, fresh tokens are kept for later calls, and concurrent calls that
//!   need a token share one request for it ([`Secrets`], `flight.rs`), also with other processes
//!   that use the same login ([`Turn`]);
//! - a dropped call ends with its requests (except one for a token, which others may wait for), and
//!   a watched call reports its requests ([`Seen`]).
//!
//! [`Harness`] combines the component and the simulator for tests, with simulated time;
//! `tests/it/main.rs` explains how to write scenarios.
#![cfg(not(target_arch = "wasm32"))]

// From the ground up: a module imports only from the modules listed above it.

pub mod answer;
pub mod bindings;
mod clock;
mod error;
mod lost;
mod flight;
mod turn;
mod origin;
mod record;
mod watch;

mod limits;
mod organization;
mod secrets;

mod engine;
mod http;

mod state;

mod component;

mod connector;

mod harness;

pub use answer::Outcome;
pub use bindings::{Connection, actions};
pub use clock::Clock;
pub use component::COMPONENT;
pub use connector::{Connector, Measured, Settings};
pub use engine::{CodeCache, EngineSettings, MAX_CONCURRENT_CALLS};
pub use error::Error;
pub use harness::Harness;
pub use http::{Backend, InProcess, Network, Pooled, Stage, UnansweredError};
pub use limits::Limits;
pub use organization::Organization;
pub use record::{Exchange, Message, Recorder};
pub use secrets::{SECRET_NAMES, Secrets};
pub use turn::{Keep, Turn};
pub use watch::Seen;
