//! The host, as an embedder meets it.

mod example;
mod one_token_request;
