//! A host for the `dynamics365-sales` component: small, complete and worth copying.
//!
//! [`Connector`] is the component, ready to be called; [`Secrets`] is what it may know:
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
//! The same against a simulator in the process, typed:
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
//! What it takes care of, and where:
//!
//! - every call has a fresh store, from a component that is compiled and linked once (`component.rs`,
//!   `engine.rs`), kept on disk, with its memory out of a pool ([`EngineSettings`]);
//! - a call has bounds on memory, computing and time, and a trap is an error value ([`Limits`], [`Error`]);
//! - requests leave only to the organization and its sign-in service (`http/allowed.rs`), through one pooled client for
//!   all calls that asks for gzip and unpacks it (`http/gzip.rs`), or stay in the process with the simulator ([`Backend`]);
//! - secrets are asked for by name, fresh tokens are kept from one call to the next, and calls that need one at the same
//!   time share one request for it ([`Secrets`], `flight.rs`), those of other processes too where they share a login ([`Turn`]);
//! - a call that is dropped ends, its requests with it (but one for a token, which others may wait for), and one that is watched tells what it sends ([`Seen`]).
//!
//! [`Harness`] puts the component and the simulator together for tests, with simulated time: `tests/it/main.rs` says how
//! scenarios are written.
#![cfg(not(target_arch = "wasm32"))]

// The modules from the ground up: each imports only from those above it.

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
