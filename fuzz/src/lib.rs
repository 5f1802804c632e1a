//! The claims of the fuzz targets. Each function panics if its claim does not hold.

pub mod answers;
mod call;
pub mod filter;
pub mod invoke;
pub mod parsing;
