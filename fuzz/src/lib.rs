//! What the fuzz targets claim. Each function panics where its claim does not hold.

pub mod answers;
mod call;
pub mod filter;
pub mod invoke;
pub mod parsing;
