//! Progress: what the host sees of a call, in words for the one who waits.

use host_test::Seen;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;

use crate::commands::happening::Happening;

/// Tells a client how its call goes on, if it asked to be told.
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

    /// How many requests were sent.
    pub(super) fn requests(&self) -> u32 {
        self.happening.requests
    }

    /// Takes note of something, and tells it. How many requests there will be is not known, so there is no total.
    pub(super) async fn note(&mut self, seen: Seen) {
        let words = self.happening.words(&seen);
        let (Some((token, peer)), Some(words)) = (&self.asked, words) else { return };
        self.told += 1;
        let told = ProgressNotificationParam::new(token.clone(), f64::from(self.told));
        // A client that is gone needs no progress; the service ends the call.
        let _ = peer.notify_progress(told.with_message(words.text())).await;
    }
}
