//! `cabi_realloc`, with which the canonical ABI allocates in this memory. Newer `wit-bindgen`
//! leaves it to wasi-libc on this target.

use alloc::alloc::{alloc, realloc};
use core::alloc::Layout;

#[expect(unsafe_code, reason = "the canonical ABI requires this function")]
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
    let pointer =
        match Layout::from_size_align(if old_size == 0 { new_size } else { old_size }, align) {
            // SAFETY: the size is not zero.
            Ok(layout) if old_size == 0 => unsafe { alloc(layout) },
            // SAFETY: the caller gives a block of this allocator with this size and alignment.
            Ok(layout) => unsafe { realloc(old, layout, new_size) },
            Err(_) => core::ptr::null_mut(),
        };
    if pointer.is_null() {
        core::arch::wasm32::unreachable()
    }
    pointer
}
