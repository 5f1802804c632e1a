//! The host from an embedder's view.
#![allow(clippy::unwrap_used, reason = "the lint exempts tests but not their shared functions")]

mod example;
mod one_token_request;
