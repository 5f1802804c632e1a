//! The gateway over HTTP, composed with the connector and its secrets: requests and responses.

pub(crate) mod host;

mod actions;
mod bodies;
mod failures;
mod key;
mod openapi;
mod page;
mod routes;
