//! The eleven actions over HTTP.
//!
//! A component that exports `wasi:http/incoming-handler` and imports the connector's `plugin`; composed, they are one file
//! for `wasmtime serve` and any other server of `wasi:http` components. To read it, follow a request: `serve` is where it
//! comes in, `routes` finds out what it wants, `key` whether it may, `body` reads its input, `contract` calls the
//! connector, and what comes out is an `answer` or a `problem`. `openapi` describes all that.
#![cfg(target_arch = "wasm32")]

// From the ground up: a module imports only from those above it.
mod contract;
mod answer;
mod problem;
mod key;
mod body;
mod openapi;
mod routes;
mod serve;
