//! The host's view of a running call: its requests and their responses.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{Method, Request, Response, StatusCode};
use wasmtime_wasi_http::{Error, WasiBody};

/// An observed event. It contains no header, body or query, because those hold secrets and people's
/// data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Seen {
    /// A request is sent.
    Sent {
        /// Its method.
        method: Method,
        /// The path of its URL, without the query: `/api/data/v9.2/accounts`.
        path: String,
    },
    /// The response head has arrived.
    Answered {
        /// Its status.
        status: StatusCode,
        /// The requested wait: `Retry-After`, if it is a number of seconds.
        retry_after: Option<Duration>,
    },
    /// No response arrived: the connection failed or the time ran out.
    Unanswered,
}

/// The optional callback for events.
#[derive(Clone, Default)]
pub(crate) struct Watch(Option<Arc<dyn Fn(Seen) + Send + Sync>>);

impl Watch {
    pub(crate) fn new(told: impl Fn(Seen) + Send + Sync + 'static) -> Self {
        Watch(Some(Arc::new(told)))
    }

    pub(crate) fn sent(&self, request: &Request<WasiBody>) {
        self.tell(|| Seen::Sent {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
        });
    }

    pub(crate) fn answered(&self, answered: &Result<Response<WasiBody>, Error>) {
        self.tell(|| match answered {
            Ok(response) => {
                Seen::Answered { status: response.status(), retry_after: retry_after(response) }
            }
            Err(_) => Seen::Unanswered,
        });
    }

    fn tell(&self, seen: impl FnOnce() -> Seen) {
        if let Some(told) = &self.0 {
            told(seen());
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&self.0.is_some()).finish()
    }
}

fn retry_after<B>(response: &Response<B>) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}
