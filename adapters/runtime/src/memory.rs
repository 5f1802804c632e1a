//! Linear memory, as an allocator sees it.

/// The size of a WebAssembly memory page, in bytes.
pub const PAGE: usize = 65_536;

/// The end of the linker's data: memory from here on belongs to the allocator.
pub fn heap_base() -> usize {
    #[expect(unsafe_code, reason = "a linker symbol; only its address is used")]
    unsafe extern "C" {
        static __heap_base: u8;
    }
    &raw const __heap_base as usize
}
