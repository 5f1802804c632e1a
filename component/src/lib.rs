//! The component: the exports that a host calls, the only I/O, and what a component without std brings along.
//!
//! Everything else is the core, in the root package.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod runtime;
mod canonical;
mod outside;
mod exports;
