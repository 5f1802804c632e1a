//! A bump allocator for components that keep nothing between calls. It hands out one block after
//! another and starts again from the front once all blocks are freed, which happens after each
//! call.
//!
//! It is a tenth of the code of a general allocator. The host's own settings bound how much memory
//! a call takes.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr;

use crate::memory::{PAGE, heap_base};

/// An adapter's allocator.
#[derive(Debug)]
pub struct Arena {
    /// The address of the next block; 0 before the first one.
    next: Cell<usize>,
    /// How many blocks are in use.
    used: Cell<usize>,
}

impl Arena {
    /// An arena with no blocks in use.
    #[expect(clippy::new_without_default, reason = "a static needs a const function")]
    pub const fn new() -> Self {
        Arena { next: Cell::new(0), used: Cell::new(0) }
    }

    /// Grows memory until it reaches `end`; `false` if it cannot.
    fn reach(end: usize) -> bool {
        let missing = end.div_ceil(PAGE).saturating_sub(memory_size(0));
        missing == 0 || memory_grow(0, missing) != usize::MAX
    }
}

#[expect(unsafe_code, reason = "a WASI 0.2 component has one thread")]
// SAFETY: no second thread exists that could see the cells.
unsafe impl Sync for Arena {}

#[expect(unsafe_code, reason = "an allocator")]
// SAFETY: blocks lie one after another, above the linker's data and within memory, so no two
// overlap. An address is handed out again only when no block is in use.
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
