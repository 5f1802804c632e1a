//! The host, as an embedder meets it.
#![allow(clippy::unwrap_used, reason = "the lint spares tests, but not the functions they share")]

mod example;
mod one_token_request;
