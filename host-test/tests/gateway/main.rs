//! The gateway over HTTP, composed with the connector and its secrets: what it answers to what.
#![allow(clippy::unwrap_used, reason = "the lint spares tests, but not the functions they share")]

mod host;
#[path = "../support/installed.rs"]
mod installed;

mod actions;
mod bodies;
mod failures;
mod key;
mod openapi;
mod page;
mod routes;
