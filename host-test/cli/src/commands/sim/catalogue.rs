//! The lists of settings and faults.

use dataverse_sim::{Fault, Settings};

use crate::commands::Stop;
use crate::terminal::{self, quiet, strong};

/// Every setting: its name, its default, its values, the evidence for the default, its meaning.
pub(super) fn settings() -> Result<(), Stop> {
    for setting in Settings::names() {
        terminal::answer(format_args!(
            "{}={}  {}\n    {}",
            strong(setting.name),
            setting.default,
            quiet(format_args!("{}; {}", setting.values, setting.evidence)),
            setting.meaning,
        ))?;
    }
    Ok(())
}

/// Every named fault: its name, the evidence that it happens, its meaning.
pub(super) fn faults() -> Result<(), Stop> {
    for fault in Fault::names() {
        terminal::answer(format_args!(
            "{}  {}\n    {}",
            strong(&fault.name),
            quiet(fault.evidence),
            fault.meaning,
        ))?;
    }
    Ok(())
}
