//! Limits on the resources of a call.

use std::time::Duration;

use wasmtime::{ResourceLimiter, UpdateDeadline};

use crate::error::Error;

/// The limits of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory, in bytes. A response of up to 64 MiB must fit in more than once.
    pub memory: usize,
    /// The time from the start of the call to its end, including waits.
    pub time: Duration,
    /// The time spent in the component itself, excluding waits; counted in steps of
    /// [`Limits::TICK`].
    pub computing: Duration,
}

impl Limits {
    /// The interval between checks of a computing component.
    pub const TICK: Duration = Duration::from_millis(10);
}

impl Default for Limits {
    /// 256 MiB; ten minutes, because creating a table is slow and throttled requests wait; 30
    /// seconds of computing.
    fn default() -> Self {
        Limits {
            memory: 256 << 20,
            time: Duration::from_secs(600),
            computing: Duration::from_secs(30),
        }
    }
}

/// Enforces a store's limits and measures its use.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    computed: Duration,
    /// The peak linear memory so far.
    pub(crate) peak: usize,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Meter { limits, computed: Duration::ZERO, peak: 0 }
    }

    /// Called after each tick of computing: lets other tasks run (including the time limit), then
    /// continues or stops the component. Ticks that pass during a wait count as one.
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
            // If the component saw the refusal, it would trap without a reason.
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
        // The functions of one component: real ones have a few hundred.
        Ok(desired <= 100_000)
    }
}
