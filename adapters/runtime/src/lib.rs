//! The runtime of a component without the standard library: `cabi_realloc`, a panic handler and,
//! for those that want them, a small allocator and a store for tokens.
//!
//! The standard library would provide these too, but it would also import `wasi:cli`, which these
//! components must not do. A component links this crate with `extern crate adapter_runtime as _;`
//! or by using its allocator:
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

// Links `memcmp` and the like, which the compiler assumes to exist.
#[link(name = "c")]
#[expect(unsafe_code, reason = "an empty block that only names the library to link")]
unsafe extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
