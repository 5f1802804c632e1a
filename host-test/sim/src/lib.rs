//! A Dataverse that runs in process and behind a socket.
//!
//! [`Dataverse::handle`] takes an HTTP request and gives an HTTP answer, with no I/O in between; [`Server`]
//! puts the same thing behind a loopback socket. It is written from Microsoft's documentation and from
//! captured traffic, for any client; it shares no code with the connector that this repository also
//! holds. What it does not model it refuses by name (501); what the documentation leaves open is a named
//! setting ([`Settings`], [`RecordSettings`]).
//!
//! # A world, a request, an answer
//!
//! ```
//! use bytes::Bytes;
//! use dataverse_sim::{Dataverse, Seed, World};
//!
//! let mut dataverse = Dataverse::new(World::new(&Seed::default()));
//! let token = dataverse.issue_token();
//! let request = http::Request::get("https://org.crm.dynamics.com/api/data/v9.2/WhoAmI")
//!     .header("authorization", format!("Bearer {token}"))
//!     .body(Bytes::new())?;
//! let response = dataverse.handle(request);
//! assert_eq!(response.status(), 200);
//! // Whatever was asked is in the journal, without the token.
//! assert_eq!(dataverse.journal().to_string(), "GET /api/data/v9.2/WhoAmI -> 200");
//! # Ok::<(), http::Error>(())
//! ```
//!
//! # Faults
//!
//! Faults are told, never random: the first one that fits a request is used for it. What no answer can express (a
//! reset, a stall) is in the [`Delivery`] that [`Dataverse::deliver`] gives; behind a socket it really happens.
//!
//! ```
//! # use bytes::Bytes;
//! # use dataverse_sim::{Dataverse, Delivery, Fault, Seed, Told, When, World};
//! # let mut dataverse = Dataverse::new(World::new(&Seed::default()));
//! dataverse.next(Fault::throttled(5));
//! dataverse.next_for("POST", "appointments", Fault::Reset(When::AfterCommit));
//! dataverse.next_for("POST", "token", Fault::RevokedRefreshToken);
//! dataverse.tell(Told::times(3, Fault::server_error(503)).method("GET").resource("accounts"));
//! # let get = http::Request::get("https://org.crm.dynamics.com/api/data/v9.2/WhoAmI");
//! # let get = get.body(Bytes::new()).unwrap();
//! # assert_eq!(dataverse.handle(get).status(), 429);
//! # let post = http::Request::post("https://org.crm.dynamics.com/api/data/v9.2/appointments");
//! # assert!(matches!(dataverse.deliver(post.body(Bytes::new()).unwrap()), Delivery::Reset));
//! ```
//!
//! # Behind a socket
//!
//! `cargo run -p dataverse-sim --example serve -- 8080` does this for clients written in any language.
//!
//! ```
//! # use dataverse_sim::{Clock, Dataverse, Seed, Server, World};
//! let mut world = World::new(&Seed::default());
//! world.clock = Clock::System;
//! let mut dataverse = Dataverse::new(world);
//! println!("token: {}", dataverse.issue_token());
//! let server = Server::start(dataverse, 0)?;
//! println!("organization: {}", server.url());
//! assert!(server.dataverse().journal().is_empty());
//! server.stop();
//! # Ok::<(), std::io::Error>(())
//! ```
#![cfg(not(target_arch = "wasm32"))]

// All modules, from the ground up: each imports only from floors above its own in this list.

// Plain values.
mod clock;
mod delivery;
mod exchange;
mod ids;
mod journal;
mod prefer;
mod problem;
mod raw_json;
mod schema;
mod setting;

// What a row holds; what may be set.
mod cell;
mod record_settings;
mod sign_in_settings;

// All that may be set.
mod settings;

// What the organization remembers: definitions, requests of the last window, rows, tokens.
mod definitions;
mod limits;
mod store;
mod token;

// The form of an answer, what may go wrong with it, and whom a request is for.
mod answer;
mod fault;
mod navigate;
mod party;
mod route;

// The query options of a URL.
mod query;

// Names of rows, pages of rows, the rows of the start.
mod address;
mod paging;
mod seed;
mod session;

// Rows from JSON, and rows to JSON.
mod payload;
mod wire;

// All that the organization holds.
mod world;

// A handler for each part of the Web API.
mod batch;
mod csdl;
mod metadata;
mod records;
mod total_count;
mod whoami;

// The organization as a whole.
mod dataverse;

// A socket in front of it.
mod server;
pub use cell::{Cell, Reference};
pub use clock::Clock;
pub use dataverse::{Dataverse, Global};
pub use delivery::Delivery;
pub use fault::{Coding, Fault, NamedFault, Page, RetryAfter, Told, When};
pub use journal::{Entry, Journal};
pub use problem::{Limit, Problem};
pub use record_settings::{NextLinks, RecordSettings, TopWithPageSize};
pub use schema::{Choice, Column, ColumnType, Navigation, Schema, Table};
pub use seed::Seed;
pub use server::Server;
pub use setting::{Evidence, Setting, SettingError, UnknownName};
pub use settings::{DisabledUserStatus, Settings, UninstalledLabels};
pub use sign_in_settings::{Answer, SignInSettings};
pub use store::{Row, Store};
pub use token::ClientRegistration;
pub use token::challenge::Challenge;
pub use world::World;
