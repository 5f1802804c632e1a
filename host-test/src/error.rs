//! The reasons why a call did not finish. A failed action is not such an error: its output reports
//! the failure.

use std::time::Duration;

/// A failure in the host, or a call that it stopped. The host itself keeps running.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a component, or not a component of this world.
    #[error("the component cannot be loaded: {0}")]
    Component(String),
    /// It took longer than [`Limits::time`](crate::Limits::time), including waits.
    #[error("the call was ended: it took longer than {} s", .0.as_secs_f32())]
    Time(Duration),
    /// It computed for longer than [`Limits::computing`](crate::Limits::computing).
    #[error("the call was ended: the component computed for longer than {} s", .0.as_secs_f32())]
    Computing(Duration),
    /// It requested more than [`Limits::memory`](crate::Limits::memory).
    #[error("the call was ended: the component requested more than {0} bytes of memory")]
    Memory(usize),
    /// A proxy did not let its requests through, so none reached the organization.
    #[error("nothing was sent to the organization: {0}")]
    Proxy(String),
    /// A certificate was not accepted, so no request reached the organization.
    #[error("nothing was sent to the organization: {0}")]
    Certificate(String),
    /// It trapped.
    #[error("the component failed: {0}")]
    Trap(String),
}

impl From<wasmtime::Error> for Error {
    fn from(error: wasmtime::Error) -> Self {
        match error.downcast::<Error>() {
            Ok(known) => known,
            // The first line is the reason; the rest is a list of addresses.
            Err(other) => {
                let text = other.root_cause().to_string();
                Error::Trap(text.lines().next().unwrap_or_default().to_owned())
            }
        }
    }
}
