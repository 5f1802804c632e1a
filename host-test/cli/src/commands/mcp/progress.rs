//! Progress: the events of a call, described for a waiting client.

use host_test::Seen;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;

use crate::commands::happening::Happening;

/// Sends progress to a client that asked for it.
pub(super) struct Progress {
    asked: Option<(ProgressToken, Peer<RoleServer>)>,
    told: u32,
    happening: Happening,
}

impl Progress {
    pub(super) fn new(token: Option<ProgressToken>, peer: Peer<RoleServer>) -> Self {
        Progress {
            asked: token.map(|token| (token, peer)),
            told: 0,
            happening: Happening::default(),
        }
    }

    /// The number of requests sent.
    pub(super) fn requests(&self) -> u32 {
        self.happening.requests
    }

    /// Records and sends an event. The number of requests is not known in advance, so there is no
    /// total.
    pub(super) async fn note(&mut self, seen: Seen) {
        let words = self.happening.words(&seen);
        let (Some((token, peer)), Some(words)) = (&self.asked, words) else { return };
        self.told += 1;
        let told = ProgressNotificationParam::new(token.clone(), f64::from(self.told));
        // A disconnected client needs no progress; the service ends the call.
        let _ = peer.notify_progress(told.with_message(words.text())).await;
    }
}
