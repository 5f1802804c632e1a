//! Deviations set by a test, around the handlers: requests that are refused or replaced before they
//! reach a handler, and answers that are changed afterwards.

mod after;
mod before;

pub(crate) use after::after;
pub(crate) use before::{Taken, before};
