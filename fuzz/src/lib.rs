//! The claims of the fuzz targets. Each function panics if its claim does not hold.

pub mod answers;
mod call;
/// The host's reader of answers: the file itself, since the package brings wasmtime along.
#[path = "../../host-test/src/answer.rs"]
mod host_reader;
pub mod filter;
pub mod invoke;
pub mod parsing;
