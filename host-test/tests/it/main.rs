//! The host, as an embedder meets it.

mod example;
