//! The allocator; what else a `no_std` component must bring along is in `adapter_runtime`, as for the adapters.

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

/// How many pages memory grows by at least.
const GROWTH: usize = 4;

/// Gives a buffer room for so many bytes more, at the place where it lies.
///
/// The allocator can extend a block only into free memory right behind it. A transfer reads one
/// piece after the other into the same buffer: if the piece lay behind the buffer, each growth would
/// copy all that has come so far. So memory for the growth and for one piece is made first and let go
/// at once; the buffer then grows into it, and the next piece of at most `piece` bytes lies behind.
pub(crate) fn grow_in_place(buffer: &mut Vec<u8>, more: usize, piece: usize) {
    drop(black_box(Vec::<u8>::with_capacity(more + piece)));
    buffer.reserve_exact(more);
}

/// Where the allocator has its memory from: first what the linker has left of the pages that there are, then what they grow
/// by. A call that is answered with little needs no more than there is, and to grow is dear for a host: it changes the protection
/// of pages, which every processor has to hear of. (The source that comes with `talc` begins by growing.)
#[derive(Debug)]
struct Memory {
    /// Where the allocator's memory ends, once it has any.
    end: Option<NonNull<u8>>,
}

#[expect(unsafe_code, reason = "the source of an allocator")]
// SAFETY: nothing here allocates, and all that is claimed lies behind what the linker laid out, within memory, and is
// nobody else's: there is no other allocator, and memory grows only here.
unsafe impl Source for Memory {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        // What talc adds to a block, and what its alignment may cost, are in the 64 bytes and in the other addend.
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
            // SAFETY: `before` is where the last claim or extension ended, and what follows up to `end`
            // is memory that only this allocator uses.
            Some(before) => Some(unsafe { talc.extend(before, end as *mut u8) }),
            // SAFETY: from the end of what the linker laid out to the end of memory nobody else writes.
            None => unsafe { talc.claim(heap_base() as *mut u8, end - heap_base()) },
        };
        talc.source.end.map(drop).ok_or(())
    }
}
