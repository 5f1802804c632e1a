//! JSON, read and written as text: no tree of values, no copy that is not needed.

mod read;
mod write;

pub use json_scan::{DEPTH_LIMIT, NotJson};
pub use read::{Collection, Json};
pub use write::{Object, object, push_array, push_string};
