//! A Dataverse simulator that runs in process or behind a socket.
//!
//! [`Dataverse::handle`] answers an HTTP request without I/O; [`Server`] puts the organization
//! behind a loopback socket. The simulator follows Microsoft's documentation and captured traffic.
//! It serves any client and shares no code with the connector in this repository. It refuses
//! unmodelled features by name (501). Where the documentation is silent, a named setting decides:
//! [`Settings::names`] lists them, and [`Fault::names`] lists the faults.
//!
//! Comments label claims about Dataverse with their evidence: documented, live (captured or
//! reported), client (a public client expects it), third parties, inferred, or unverified.
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
//! // The journal has every request, without the token.
//! assert_eq!(dataverse.journal().to_string(), "GET /api/data/v9.2/WhoAmI -> 200");
//! # Ok::<(), http::Error>(())
//! ```
//!
//! # Faults
//!
//! Faults are queued, never random: a request meets the first fault that matches it. In process,
//! transport faults (a reset, a stall) are in the [`Delivery`] that [`Dataverse::deliver`] returns;
//! behind a socket they really happen.
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
//! `cargo run -p dataverse-sim --example serve -- 8080` serves clients in any language.
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

// All modules, from the ground up: each imports only from modules of groups above its own.

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

// Cells and settings.
mod cell;
mod answer_settings;
mod record_settings;
mod occasion;
mod refusal_settings;
mod sign_in_settings;

// All settings.
mod settings;

// The state of the organization: definitions, limits, rows, tokens.
mod definitions;
mod limits;
mod store;
mod token;

// Answers, faults, and the routes of requests.
mod answer;
mod fault;
mod navigate;
mod party;
mod route;

// The query options of a URL.
mod query;

// Row addresses, pages, seeded rows.
mod address;
mod otherwise;
mod paging;
mod seed;
mod session;

// Rows from JSON, and rows to JSON.
mod payload;
mod wire;

// The whole state, and its rows as text.
mod world;
mod content;

// The handlers, one for each part of the Web API.
mod batch;
mod csdl;
mod metadata;
mod records;
mod total_count;
mod whoami;

// The whole organization.
mod dataverse;

// The control interface, and the socket server.
mod control;
mod server;
pub use answer_settings::{AnswerSettings, FormattedValues};
pub use cell::{Cell, Reference};
pub use clock::Clock;
pub use content::InvalidRows;
pub use dataverse::{Dataverse, Global, Snapshot};
pub use delivery::Delivery;
pub use fault::{Author, Coding, Fault, InvalidFault, NamedFault, RetryAfter, Told, When};
pub use journal::{Entry, Journal};
pub use problem::{Limit, Problem};
pub use record_settings::{NextLinks, RecordSettings, TopWithPageSize};
pub use refusal_settings::Otherwise;
pub use schema::{Choice, Column, ColumnType, Navigation, Schema, Table};
pub use seed::Seed;
pub use server::{Server, Serving};
pub use setting::{Evidence, Setting, SettingError, UnknownName};
pub use settings::{DisabledUserStatus, Settings, UninstalledLabels};
pub use sign_in_settings::{Answer, SignInSettings};
pub use store::{Row, Store};
pub use token::ClientRegistration;
pub use token::challenge::Challenge;
pub use world::World;
