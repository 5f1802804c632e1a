//! `wit/plugin.wit`: the interface for hosts that use JSON, one module per function.

mod check_connection;
mod invoke;
mod manifest;
mod run;

pub use check_connection::check_connection;
pub use invoke::invoke;
pub use manifest::describe;
pub use run::run;
