//! What an organization may do otherwise, around the handlers: requests that it refuses, or takes for others, before they
//! reach a handler; answers that look otherwise when they leave it.

mod after;
mod before;

pub(crate) use after::after;
pub(crate) use before::{Taken, before};
