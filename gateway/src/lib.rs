//! The eleven actions over HTTP.
//!
//! This component exports `wasi:http/incoming-handler` and imports the connector's `plugin`.
//! Composed, the two are one file for `wasmtime serve` and any other server of `wasi:http`
//! components. To read the code, follow a request: it arrives in `serve`, `routes` finds its
//! handler, `key` checks the key, `body` reads the input, `contract` calls the connector, and the
//! result is an `answer` or a `problem`. `openapi` describes the interface.
#![cfg(target_arch = "wasm32")]

// From the ground up: a module imports only from the modules listed above it.
mod contract;
mod answer;
mod problem;
mod key;
mod body;
mod openapi;
mod routes;
mod serve;
