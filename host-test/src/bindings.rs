//! The host's bindings to `wit/`, generated.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::allow_attributes_without_reason,
    clippy::all,
    reason = "generated code"
)]

wasmtime::component::bindgen!({
    path: "../wit",
    world: "connector",
    exports: { default: async },
    additional_derives: [PartialEq],
    with: {
        "wasi:io": wasmtime_wasi::p2::bindings::io,
        "wasi:clocks": wasmtime_wasi::p2::bindings::clocks,
        "wasi:random": wasmtime_wasi::p2::bindings::random,
        "wasi:http": wasmtime_wasi_http::p2::bindings::http,
    },
});

pub use exports::dynamics365::sales::actions;
pub use exports::dynamics365::sales::plugin::Connection;
