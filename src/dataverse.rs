//! The words of the Dataverse Web API: requests and answers as values, `$filter`, ids, what a failed answer says.

pub mod answer;
pub mod id;
pub mod metadata;
pub mod query;
pub mod refusal;
pub mod request;
pub mod rows;

pub use answer::Answer;
pub use id::Guid;
pub use request::{Method, Repeat, Request};
pub use rows::Rows;
