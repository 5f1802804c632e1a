//! The types and functions of `wit/`, generated.
//!
//! On `wasm32` the WASI interfaces are those of the `wasip2` crate; natively they are unused stubs,
//! so that native tests have the types.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated code"
)]

#[cfg(target_arch = "wasm32")]
wit_bindgen::generate!({
    path: "wit",
    world: "connector",
    std_feature,
    with: {
        "wasi:io/poll@0.2.12": wasip2::io::poll,
        "wasi:io/error@0.2.12": wasip2::io::error,
        "wasi:io/streams@0.2.12": wasip2::io::streams,
        "wasi:clocks/monotonic-clock@0.2.12": wasip2::clocks::monotonic_clock,
        "wasi:clocks/wall-clock@0.2.12": wasip2::clocks::wall_clock,
        "wasi:random/random@0.2.12": wasip2::random::random,
        "wasi:http/types@0.2.12": wasip2::http::types,
        "wasi:http/outgoing-handler@0.2.12": wasip2::http::outgoing_handler,
    },
});

#[cfg(not(target_arch = "wasm32"))]
wit_bindgen::generate!({ path: "wit", world: "connector", generate_all });

pub use exports::dynamics365::sales::actions::*;
pub use exports::dynamics365::sales::plugin::Connection;
