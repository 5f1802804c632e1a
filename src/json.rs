//! JSON, read and written as text: no tree of values, no unnecessary copy.

mod read;
mod scan;
mod write;

pub use read::{Collection, Json};
pub use scan::{DEPTH_LIMIT, ParseError};
pub use write::{Object, object, push_array, push_string, quoted};
