//! Describes the events of a call for a waiting user, the same on the terminal and for MCP clients.

use std::time::Duration;

use host_test::Seen;
use http::{Method, StatusCode};

/// Describes the events of one call.
#[derive(Default)]
pub(crate) struct Happening {
    /// The number of requests sent.
    pub(crate) requests: u32,
    /// The last request, if it failed: the same one again is a retry.
    troubled: Option<(Method, String)>,
    last: Option<(Method, String)>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Words {
    /// A normal step.
    Step(String),
    /// A reason for the call to wait.
    Trouble(String),
}

impl Words {
    /// The message.
    pub(crate) fn text(&self) -> &str {
        let (Words::Step(text) | Words::Trouble(text)) = self;
        text
    }
}

impl Happening {
    /// The message for an event. A normal response needs none: the next request or the end follows.
    pub(crate) fn words(&mut self, seen: &Seen) -> Option<Words> {
        match seen {
            Seen::Sent { method, path } => {
                self.requests += 1;
                let request = (method.clone(), path.clone());
                let again =
                    if self.troubled.take().as_ref() == Some(&request) { ", again" } else { "" };
                self.last = Some(request);
                let to = if path.ends_with("/oauth2/v2.0/token") {
                    "to the sign-in service"
                } else {
                    path
                };
                Some(Words::Step(format!("request {}: {method} {to}{again}", self.requests)))
            }
            Seen::Answered { status, .. } if status.is_success() => None,
            Seen::Answered { status, retry_after } => {
                Some(self.trouble(answered(*status, *retry_after)))
            }
            Seen::Unanswered => Some(self.trouble("was not answered".to_owned())),
            _ => None,
        }
    }

    fn trouble(&mut self, what: String) -> Words {
        self.troubled = self.last.take();
        Words::Trouble(format!("request {} {what}", self.requests))
    }
}

fn answered(status: StatusCode, wait: Option<Duration>) -> String {
    let status = status.as_u16();
    match wait {
        Some(wait) => {
            format!("was answered {status}: Dynamics 365 asks to wait {} s", wait.as_secs())
        }
        None => format!("was answered {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(path: &str) -> Seen {
        Seen::Sent { method: Method::GET, path: path.to_owned() }
    }

    fn answered(status: StatusCode, wait: Option<u64>) -> Seen {
        Seen::Answered { status, retry_after: wait.map(Duration::from_secs) }
    }

    #[test]
    fn tells_requests_waits_and_retries() {
        let mut happening = Happening::default();
        let told: Vec<_> = [
            sent("/tenant/oauth2/v2.0/token"),
            answered(StatusCode::OK, None),
            sent("/api/data/v9.2/accounts"),
            answered(StatusCode::TOO_MANY_REQUESTS, Some(3)),
            sent("/api/data/v9.2/accounts"),
            answered(StatusCode::BAD_GATEWAY, None),
            sent("/api/data/v9.2/accounts"),
            Seen::Unanswered,
            sent("/api/data/v9.2/contacts"),
        ]
        .iter()
        .filter_map(|seen| happening.words(seen))
        .collect();
        let step = |text: &str| Words::Step(text.to_owned());
        let trouble = |text: &str| Words::Trouble(text.to_owned());
        assert_eq!(
            told,
            [
                step("request 1: GET to the sign-in service"),
                step("request 2: GET /api/data/v9.2/accounts"),
                trouble("request 2 was answered 429: Dynamics 365 asks to wait 3 s"),
                step("request 3: GET /api/data/v9.2/accounts, again"),
                trouble("request 3 was answered 502"),
                step("request 4: GET /api/data/v9.2/accounts, again"),
                trouble("request 4 was not answered"),
                step("request 5: GET /api/data/v9.2/contacts"),
            ]
        );
    }
}
