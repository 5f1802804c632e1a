//! What a `no_std` component must bring along: an allocator, `cabi_realloc`, and what a panic does.
//!
//! The standard library would bring these too, and with them imports of `wasi:cli` that this component must not
//! have. `cabi_realloc` is the canonical ABI's way to allocate in this memory; newer `wit-bindgen` leaves it
//! to wasi-libc on this target.

use core::alloc::{GlobalAlloc, Layout};

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

// Brings in `memcmp` and its like, which the compiler takes for granted.
#[link(name = "c")]
#[expect(unsafe_code, reason = "an empty block that only names the library to link")]
unsafe extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

#[expect(
    unsafe_code,
    reason = "the canonical ABI asks for this function, over the global allocator"
)]
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_realloc(
    old: *mut u8,
    old_size: usize,
    align: usize,
    new_size: usize,
) -> *mut u8 {
    if new_size == 0 {
        return align as *mut u8;
    }
    let pointer = if old_size == 0 {
        match Layout::from_size_align(new_size, align) {
            // SAFETY: the size is not zero.
            Ok(layout) => unsafe { ALLOCATOR.alloc(layout) },
            Err(_) => core::ptr::null_mut(),
        }
    } else {
        match Layout::from_size_align(old_size, align) {
            // SAFETY: the caller gives a block of this allocator with this size and alignment.
            Ok(layout) => unsafe { ALLOCATOR.realloc(old, layout, new_size) },
            Err(_) => core::ptr::null_mut(),
        }
    };
    if pointer.is_null() {
        core::arch::wasm32::unreachable()
    }
    pointer
}
