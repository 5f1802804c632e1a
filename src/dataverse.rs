//! The words of the Dataverse Web API: requests and answers as values, `$filter`, ids, what a failed answer says.

pub mod id;
pub mod deep_link;
pub mod query;
pub mod request;
pub mod answer;
pub mod rows;
pub mod metadata;
pub mod refusal;

pub use answer::Answer;
pub use id::Guid;
pub use request::{Repeat, Request};
pub use rows::Rows;
