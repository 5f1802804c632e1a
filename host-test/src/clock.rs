//! The component's clocks.

use std::time::Duration;

use tokio::time::Instant;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtxBuilder};

/// The component's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The machine's clocks.
    #[default]
    System,
    /// tokio's clock, which a test can pause: the component's waits then take no time.
    Tokio {
        /// The wall clock at `origin`, since 1970.
        start: Duration,
        /// The time when it was that.
        origin: Instant,
    },
}

impl Clock {
    pub(crate) fn give_to(self, wasi: &mut WasiCtxBuilder) {
        if let Clock::Tokio { start, origin } = self {
            wasi.wall_clock(Simulated { start, origin });
            wasi.monotonic_clock(Simulated { start: Duration::ZERO, origin });
        }
    }
}

struct Simulated {
    start: Duration,
    origin: Instant,
}

impl HostWallClock for Simulated {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        self.start + self.origin.elapsed()
    }
}

impl HostMonotonicClock for Simulated {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}
