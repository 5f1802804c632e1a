//! The allocator; the rest of the runtime of a `no_std` component is in `adapter_runtime`, as for
//! the adapters.

use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::arch::wasm32::{memory_grow, memory_size};
use core::hint::black_box;
use core::ptr::NonNull;

use adapter_runtime::memory::{PAGE, heap_base};
use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

#[global_allocator]
static ALLOCATOR: TalcSyncCell<Memory, WasmBinning> = TalcSyncCell::new_wasm(Memory { end: None });

/// The minimum number of pages by which memory grows.
const GROWTH: usize = 4;

/// Extends a buffer in place by this many bytes.
///
/// The allocator can extend a block only into free memory directly after it. A transfer reads
/// pieces into the same buffer: if a piece were directly after the buffer, each growth would copy
/// everything read so far. So it first allocates and immediately frees memory for the growth and
/// one piece; the buffer then grows into it, and the next piece of at most `piece` bytes follows.
pub(crate) fn grow_in_place(buffer: &mut Vec<u8>, more: usize, piece: usize) {
    drop(black_box(Vec::<u8>::with_capacity(more + piece)));
    buffer.reserve_exact(more);
}

/// The text that the host has written into memory from this allocator, at this address and of this
/// length. The component owns it from now on.
#[expect(unsafe_code, reason = "the host allocates, and the component frees")]
pub(crate) fn text_of_the_host(at: *mut u8, length: usize) -> String {
    // SAFETY: the host got the address from `cabi_realloc`, for exactly this length, and has
    // written UTF-8 there; each address is one argument, which is read once.
    unsafe { String::from_raw_parts(at, length, length) }
}

/// The allocator's source of memory: first the rest of the existing pages after the linker's data,
/// then new pages. A call with a small response needs no more, and growing is expensive for a host:
/// it changes page protection, which must be synchronized across processors. (The source included
/// in `talc` starts by growing.)
#[derive(Debug)]
struct Memory {
    /// The end of the allocator's memory, once it has any.
    end: Option<NonNull<u8>>,
}

#[expect(unsafe_code, reason = "the source of an allocator")]
// SAFETY: nothing here allocates, and all claimed memory is after the linker's data, within memory,
// and unused: no other allocator exists, and memory grows only here.
unsafe impl Source for Memory {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        // The 64 bytes and the other addend cover talc's header and the alignment.
        let needed = layout.size() + layout.align() + 64;
        let there = memory_size(0) * PAGE;
        let left = if talc.source.end.is_none() { there - heap_base() } else { 0 };
        let missing = needed.saturating_sub(left).div_ceil(PAGE);
        let pages = if missing > 0 { missing.max(GROWTH) } else { 0 };
        if pages > 0 && memory_grow(0, pages) == usize::MAX {
            return Err(());
        }
        let end = there.saturating_add(pages * PAGE);
        talc.source.end = match talc.source.end {
            // SAFETY: `before` is the end of the last claim or extension, and only this allocator
            // uses the memory from there to `end`.
            Some(before) => Some(unsafe { talc.extend(before, end as *mut u8) }),
            // SAFETY: nobody else writes to memory after the linker's data.
            None => unsafe { talc.claim(heap_base() as *mut u8, end - heap_base()) },
        };
        talc.source.end.map(drop).ok_or(())
    }
}
