//! The memory and computing time of a process on Linux.

use std::fs;
use std::time::Duration;

use super::MeasureError;

/// Whether this system reports them.
pub(super) const IS_TOLD: bool = cfg!(target_os = "linux");

/// The current memory of a process, in bytes.
pub(super) fn now(process: u32) -> Result<usize, MeasureError> {
    status(process, "VmRSS:")
}

/// Its peak memory since its start or since [`forget_peak`], in bytes.
pub(super) fn peak(process: u32) -> Result<usize, MeasureError> {
    status(process, "VmHWM:")
}

/// Resets the peak to the current memory.
pub(super) fn forget_peak(process: u32) -> Result<(), MeasureError> {
    Ok(fs::write(format!("/proc/{process}/clear_refs"), "5")?)
}

/// The computing time of a process's current threads; 0 if not reported.
pub(super) fn computed(process: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let computed = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    });
    computed.sum()
}

fn status(process: u32, name: &str) -> Result<usize, MeasureError> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    let kilobytes = kilobytes.ok_or_else(|| {
        MeasureError::Wrong(format!("the process {process} is gone before its memory was read"))
    })?;
    Ok(kilobytes * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_peak_stays_until_it_is_reset() {
        let this = std::process::id();
        // Other tests of this process run at the same time: use much more memory than they do.
        let much = vec![1_u8; 256 << 20];
        let held = now(this).unwrap();
        drop(much);
        assert!(peak(this).unwrap() >= held - (8 << 20));
        forget_peak(this).unwrap();
        assert!(peak(this).unwrap() < held - (128 << 20));
        assert!(now(u32::MAX).is_err());
    }

    #[test]
    fn computing_takes_time() {
        let before = computed(std::process::id());
        let many: u64 = (0..50_000_000_u64).map(std::hint::black_box).sum();
        assert!(many > 0 && computed(std::process::id()) > before + Duration::from_millis(1));
    }
}
