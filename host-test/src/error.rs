//! Why a call did not finish. A failed action is not such an error: its answer says that it failed.

use std::time::Duration;

/// What went wrong in the host, or was ended by it. The host itself goes on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a component, or not one of this world.
    #[error("the component cannot be loaded: {0}")]
    Component(String),
    /// It took longer than [`Limits::time`](crate::Limits::time), waiting included.
    #[error("the call was ended: it took longer than {} s", .0.as_secs_f32())]
    Time(Duration),
    /// It computed for longer than [`Limits::computing`](crate::Limits::computing).
    #[error("the call was ended: the component computed for longer than {} s", .0.as_secs_f32())]
    Computing(Duration),
    /// It wanted more than [`Limits::memory`](crate::Limits::memory).
    #[error("the call was ended: the component wanted more than {0} bytes of memory")]
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
            // The first line is the reason; what follows is a list of addresses.
            Err(other) => {
                let text = other.root_cause().to_string();
                Error::Trap(text.lines().next().unwrap_or_default().to_owned())
            }
        }
    }
}
