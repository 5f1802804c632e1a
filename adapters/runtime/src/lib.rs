//! What an adapter component without the standard library brings along: an allocator, `cabi_realloc`, and what a panic
//! does. `component/src/runtime.rs` says why each is needed.
//!
//! An adapter takes it in with `extern crate adapter_runtime as _;`.
#![cfg(target_arch = "wasm32")]
#![no_std]

mod arena;
mod canonical;

#[global_allocator]
static ALLOCATOR: arena::Arena = arena::Arena::new();

// Brings in `memcmp` and its like, which the compiler takes for granted.
#[link(name = "c")]
#[expect(unsafe_code, reason = "an empty block that only names the library to link")]
unsafe extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
