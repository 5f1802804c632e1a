//! The component: the exports, the only I/O, and the runtime of a component without std.
//!
//! Everything else is in the core, the root package.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod runtime;
mod canonical;
mod outside;
mod exports;
