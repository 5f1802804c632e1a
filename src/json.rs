//! JSON, read and written as text: no tree of values, no unnecessary copy.

mod read;
mod scan;
mod write;

pub(crate) use read::code_point;
pub use read::{Collection, Json};
pub use scan::{DEPTH_LIMIT, ParseError};
pub use write::{Object, object, push_array, push_string, quoted};
