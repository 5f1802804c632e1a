//! Bounds on what a call may take.

use std::time::Duration;

use wasmtime::{ResourceLimiter, UpdateDeadline};

use crate::error::Error;

/// The bounds of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory, in bytes. The answer to a request, up to 64 MiB of it, has to fit in more than once.
    pub memory: usize,
    /// From the start of the call to its end, waiting included.
    pub time: Duration,
    /// Time spent in the component itself, waiting not included; counted in steps of [`Limits::TICK`].
    pub computing: Duration,
}

impl Limits {
    /// How often a component that computes is looked at.
    pub const TICK: Duration = Duration::from_millis(10);
}

impl Default for Limits {
    /// 256 MiB; ten minutes, since a new table takes its time and throttled requests wait; 30 seconds of computing.
    fn default() -> Self {
        Limits {
            memory: 256 << 20,
            time: Duration::from_secs(600),
            computing: Duration::from_secs(30),
        }
    }
}

/// Holds a store to its limits, and counts.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    computed: Duration,
    /// The most linear memory so far.
    pub(crate) peak: usize,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Meter { limits, computed: Duration::ZERO, peak: 0 }
    }

    /// Called when the component has computed for a tick: lets others run (the time limit among them), then goes on, or
    /// ends it. Ticks that pass while it waits count as one.
    pub(crate) fn tick(&mut self) -> wasmtime::Result<UpdateDeadline> {
        self.computed += Limits::TICK;
        if self.computed > self.limits.computing {
            return Err(Error::Computing(self.limits.computing).into());
        }
        Ok(UpdateDeadline::Yield(1))
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limits.memory {
            // A refusal that the component sees would end in a trap without a reason.
            return Err(Error::Memory(self.limits.memory).into());
        }
        self.peak = self.peak.max(desired);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // Functions of one component: real ones have a few hundred.
        Ok(desired <= 100_000)
    }
}
