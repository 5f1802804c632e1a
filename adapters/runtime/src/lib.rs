//! What a component without the standard library brings along: `cabi_realloc`, what a panic does, and, for those that choose
//! them, a small allocator and a place for tokens.
//!
//! The standard library would bring these too, and with them imports of `wasi:cli` that these components must not have.
//! A component takes it in with `extern crate adapter_runtime as _;` or by naming its allocator:
//!
//! ```ignore
//! #[global_allocator]
//! static ALLOCATOR: adapter_runtime::Arena = adapter_runtime::Arena::new();
//! ```
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod arena;
mod canonical;
pub mod memory;
mod tokens;

pub use arena::Arena;
pub use tokens::{Host, Tokens};

// Brings in `memcmp` and its like, which the compiler takes for granted.
#[link(name = "c")]
#[expect(unsafe_code, reason = "an empty block that only names the library to link")]
unsafe extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
