//! The command line, as its users meet it: the built binary, what it composes, and the hosts and clients that others wrote.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the lint spares tests, but not the functions they share"
)]

mod support;

mod adapters;
mod command_line;
mod command_line_call;
mod compose;
mod costs;
mod gateway;
#[cfg(unix)]
mod hosts;
mod inspect;
mod login;
mod mcp;
mod no_silent_simulator;
mod obelisk;
mod odd_rows;
mod package;
mod proxy;
#[cfg(target_os = "linux")]
mod release;
mod scale;
mod secrecy;
mod sim;
mod streams;
mod verify;
mod warm;
