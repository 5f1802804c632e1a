//! The eleven actions over HTTP.
//!
//! A component that exports `wasi:http/incoming-handler` and imports the connector's `plugin`; composed, they are one file
//! for `wasmtime serve` and any other server of `wasi:http` components. To read it, follow a request: `serve` is where it
//! comes in, `routes` finds out what it wants, `key` whether it may, `body` reads its input, `contract` calls the
//! connector, and what comes out is an `answer` or a `problem`. `openapi` describes all that.
#![cfg(target_arch = "wasm32")]

mod answer;
mod body;
mod contract;
mod key;
mod openapi;
mod problem;
mod routes;
mod serve;
