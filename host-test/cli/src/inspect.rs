//! The inspector: a page on this machine that shows what a call does while it does it.
//!
//! [`Inspector`] makes the calls and knows the other side; [`serve`] is the page in front of it.

mod api;
mod assets;
mod faults;
mod guard;
mod har;
mod story;
mod wire;

pub(crate) mod serve;

use std::sync::{Arc, Mutex, PoisonError};

use dataverse_sim::Server;
use host_test::{Connector, Recorder, Secrets};
use serde_json::Value;

/// What the page works with.
pub(crate) struct Inspector {
    /// The component.
    pub(crate) connector: Connector,
    /// The component in a host that lets it reach the organization only, whatever the secrets say.
    pub(crate) caged: Connector,
    /// What it may know.
    pub(crate) secrets: Secrets,
    /// The same for the rows that forms offer: on the simulator without the tokens of the calls, of which the first shows how
    /// it signs in.
    pub(crate) offering: Secrets,
    /// The simulator, unless it is a real organization.
    pub(crate) simulator: Option<Server>,
    /// What the component says of itself.
    pub(crate) manifest: Value,
    /// What it imports.
    pub(crate) imports: Vec<String>,
    /// Whether an action changes something.
    pub(crate) writes: fn(&str) -> bool,
    /// The call that runs, or the last one.
    pub(crate) latest: Mutex<Option<Arc<Recorder>>>,
}

impl Inspector {
    /// A recorder for a call that begins.
    fn begin(&self) -> Arc<Recorder> {
        let recorder = Arc::new(Recorder::new());
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&recorder));
        recorder
    }

    /// The recorder of the call that runs, or of the last one.
    fn latest(&self) -> Option<Arc<Recorder>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
