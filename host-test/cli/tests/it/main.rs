//! The command line from its users' view: the built binary, its compositions, and third-party hosts
//! and clients.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the lint exempts tests but not their shared functions"
)]

mod support;

mod adapters;
mod command_line;
mod command_line_call;
mod compose;
mod costs;
mod gateway;
mod help;
#[cfg(unix)]
mod hosts;
mod inspect;
mod login;
mod mcp;
mod messages;
mod no_silent_simulator;
mod obelisk;
mod odd_rows;
mod package;
#[cfg(unix)]
mod printed;
mod proxy;
#[cfg(target_os = "linux")]
mod release;
mod scale;
mod secrecy;
mod sim;
mod streams;
mod tables;
mod verify;
mod warm;
