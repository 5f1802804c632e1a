//! Verification against the simulator, and against servers that share nothing with it.
#![allow(clippy::unwrap_used, reason = "the lint exempts tests but not their shared functions")]

mod against_the_simulator;
mod fidelity;
mod files;
mod organizations;
mod removal;
mod secrecy;
mod settings;
mod support;
