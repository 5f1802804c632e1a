//! The inspector: a web page on this machine that shows a call while it runs.
//!
//! [`Inspector`] makes the calls and holds the simulator; [`serve`] serves the page.

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

/// The state behind the page.
pub(crate) struct Inspector {
    /// The component.
    pub(crate) connector: Connector,
    /// The component in a host that allows only the organization, whatever the secrets say.
    pub(crate) caged: Connector,
    /// The secrets for the calls.
    pub(crate) secrets: Secrets,
    /// The secrets for the rows that the forms offer. On the simulator they have their own tokens,
    /// so that the first call still shows its sign-in.
    pub(crate) offering: Secrets,
    /// The simulator; `None` for a real organization.
    pub(crate) simulator: Option<Server>,
    /// The component's manifest.
    pub(crate) manifest: Value,
    /// The component's imports.
    pub(crate) imports: Vec<String>,
    /// Whether an action writes.
    pub(crate) writes: fn(&str) -> bool,
    /// The current call, or else the last one.
    pub(crate) latest: Mutex<Option<Arc<Recorder>>>,
}

impl Inspector {
    /// Creates the recorder for a new call.
    fn begin(&self) -> Arc<Recorder> {
        let recorder = Arc::new(Recorder::new());
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&recorder));
        recorder
    }

    /// The recorder of the current call, or else of the last one.
    fn latest(&self) -> Option<Arc<Recorder>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
