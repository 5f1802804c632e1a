//! An allocator for components that keep nothing between calls: it takes one block after the other, and starts again
//! from the front when all are given back, as they are after each call.
//!
//! It is a tenth of the code of a general allocator. What a call takes is bounded by the environment of its host.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr;

use crate::memory::{PAGE, heap_base};

/// The allocator of an adapter.
#[derive(Debug)]
pub struct Arena {
    /// Where the next block goes; 0 before the first one.
    next: Cell<usize>,
    /// How many blocks are in use.
    used: Cell<usize>,
}

impl Arena {
    /// One that has given nothing away yet.
    #[expect(clippy::new_without_default, reason = "a static needs a function that is const")]
    pub const fn new() -> Self {
        Arena { next: Cell::new(0), used: Cell::new(0) }
    }

    /// Makes memory reach up to here.
    fn reach(end: usize) -> bool {
        let missing = end.div_ceil(PAGE).saturating_sub(memory_size(0));
        missing == 0 || memory_grow(0, missing) != usize::MAX
    }
}

#[expect(unsafe_code, reason = "a component of WASI 0.2 has one thread")]
// SAFETY: there is no second thread that could see the cells.
unsafe impl Sync for Arena {}

#[expect(unsafe_code, reason = "an allocator")]
// SAFETY: blocks lie one after the other, above what the linker laid out and within memory, so no two of them overlap;
// the place of a block is given out again only when none is in use.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let free = if self.used.get() == 0 { heap_base() } else { self.next.get() };
        let start = free.checked_next_multiple_of(layout.align());
        let Some((start, end)) =
            start.and_then(|start| Some((start, start.checked_add(layout.size())?)))
        else {
            return ptr::null_mut();
        };
        if !Arena::reach(end) {
            return ptr::null_mut();
        }
        self.next.set(end);
        self.used.set(self.used.get() + 1);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {
        self.used.set(self.used.get() - 1);
    }
}
