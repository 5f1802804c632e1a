//! The vocabulary of the Dataverse Web API: requests and responses as values, `$filter`, ids,
//! refusals.

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
