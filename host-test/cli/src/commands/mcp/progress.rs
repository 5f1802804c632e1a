//! Progress: what the host sees of a call, in words for the one who waits.

use std::time::Duration;

use host_test::Seen;
use http::StatusCode;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;

/// Tells a client how its call goes on, if it asked to be told.
pub(crate) struct Progress {
    asked: Option<(ProgressToken, Peer<RoleServer>)>,
    told: u32,
    /// How many requests were sent.
    pub(crate) requests: u32,
}

impl Progress {
    pub(crate) fn new(token: Option<ProgressToken>, peer: Peer<RoleServer>) -> Self {
        Progress { asked: token.map(|token| (token, peer)), told: 0, requests: 0 }
    }

    /// Takes note of something, and tells it. How many requests there will be is not known, so there is no total.
    pub(crate) async fn note(&mut self, seen: Seen) {
        if matches!(seen, Seen::Sent { .. }) {
            self.requests += 1;
        }
        let (Some((token, peer)), Some(message)) = (&self.asked, words(&seen, self.requests))
        else {
            return;
        };
        self.told += 1;
        let told = ProgressNotificationParam::new(token.clone(), f64::from(self.told));
        // A client that is gone needs no progress; the service ends the call.
        let _ = peer.notify_progress(told.with_message(message)).await;
    }
}

/// What is said of it. An answer that is as it should be needs no words: the next request, or the end, follows.
fn words(seen: &Seen, requests: u32) -> Option<String> {
    match seen {
        Seen::Sent { method, path } if path.ends_with("/oauth2/v2.0/token") => {
            Some(format!("request {requests}: {method} to the sign-in service"))
        }
        Seen::Sent { method, path } => Some(format!("request {requests}: {method} {path}")),
        Seen::Answered { status, retry_after } => trouble(*status, *retry_after, requests),
        Seen::Unanswered => Some(format!("request {requests} was not answered")),
        _ => None,
    }
}

fn trouble(status: StatusCode, wait: Option<Duration>, requests: u32) -> Option<String> {
    if status.is_success() {
        return None;
    }
    let status = status.as_u16();
    Some(match wait {
        Some(wait) => format!(
            "request {requests} was answered {status}: Dynamics 365 asks to wait {} s",
            wait.as_secs()
        ),
        None => format!("request {requests} was answered {status}"),
    })
}
