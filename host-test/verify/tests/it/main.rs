//! Verification against the simulator, and against servers that have nothing in common with it.

mod against_the_simulator;
mod settings;
mod support;
