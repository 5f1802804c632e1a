//! `wit/plugin.wit`: the interface for hosts that speak JSON, a page for each of its functions.

mod check_connection;
mod invoke;
mod manifest;
mod run;

pub use check_connection::check_connection;
pub use invoke::invoke;
pub use manifest::describe;
pub use run::run;
