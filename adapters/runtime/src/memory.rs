//! Linear memory, as an allocator finds it.

/// The bytes of a page of linear memory.
pub const PAGE: usize = 65_536;

/// The end of what the linker laid out: from here on memory is the allocator's.
pub fn heap_base() -> usize {
    #[expect(unsafe_code, reason = "a symbol of the linker, of which only the address is taken")]
    unsafe extern "C" {
        static __heap_base: u8;
    }
    &raw const __heap_base as usize
}
