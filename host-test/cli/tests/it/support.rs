//! Helpers for several test files.

pub(crate) mod browser;
pub(crate) mod cli;
pub(crate) mod installed;
#[cfg(unix)]
pub(crate) mod organization;
#[cfg(unix)]
pub(crate) mod process;
pub(crate) mod proxy;
#[cfg(unix)]
pub(crate) mod registry;
pub(crate) mod simulator;
