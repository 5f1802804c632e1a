//! Verification against the simulator, and against servers that have nothing in common with it.

mod against_the_simulator;
mod fidelity;
mod files;
mod organizations;
mod removal;
mod secrecy;
mod settings;
mod support;
