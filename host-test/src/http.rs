//! Outgoing HTTP: allowed requests and their destination.

mod allowed;
mod connect;
mod exchange;
mod failure;
mod formatted;
mod gzip;
mod in_process;
mod network;
mod patience;
mod pooled;
mod sign_in;
mod tunnel;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};

use crate::flight::Caller;
use crate::lost::{Lost, Obstacle};
use crate::record::Recorder;
use crate::secrets::Secrets;
use crate::watch::Watch;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

pub(crate) use allowed::Allowed;
pub use exchange::{Stage, UnansweredError};
pub use in_process::InProcess;
pub use network::Network;
use patience::Patience;
pub use pooled::Pooled;

/// The destination of requests.
#[derive(Clone)]
pub enum Backend {
    /// The network, through one client for all calls.
    Pooled(Pooled),
    /// A simulator in this process.
    InProcess(InProcess),
    /// None: every request gets this response.
    Canned(http::Response<Bytes>),
}

impl Default for Backend {
    fn default() -> Self {
        Backend::Pooled(Pooled::new())
    }
}

impl Backend {
    async fn send(&self, request: http::Request<WasiBody>, patience: Patience) -> Answered {
        match self {
            Backend::Pooled(pooled) => pooled.send(request, patience).await,
            Backend::InProcess(simulator) => Ok(simulator.send(request, patience).await?),
            Backend::Canned(answer) => Ok(answer.clone().map(whole)),
        }
    }
}

/// The hook that wasmtime calls for every request of the component.
pub(crate) struct Outgoing {
    allowed: Allowed,
    backend: Arc<Backend>,
    secrets: Secrets,
    caller: Arc<Caller>,
    /// Whether reads request formatted values.
    pub(crate) formatted_values: bool,
    way: Arc<Mutex<Way>>,
    /// Called for each request and its response.
    pub(crate) watch: Watch,
    /// Records each request and its response, if enabled.
    pub(crate) recorder: Option<Recorder>,
}

impl Outgoing {
    pub(crate) fn new(
        allowed: Allowed,
        backend: Arc<Backend>,
        secrets: Secrets,
        caller: Arc<Caller>,
    ) -> Self {
        let (way, watch) = (Arc::default(), Watch::default());
        let formatted_values = false;
        Outgoing { allowed, backend, secrets, caller, formatted_values, way, watch, recorder: None }
    }

    /// The reason why no request of the call reached the organization, if known.
    pub(crate) fn obstacle(&self) -> Option<crate::Error> {
        match &*self.way.lock().unwrap_or_else(PoisonError::into_inner) {
            Way::Barred(obstacle) => Some(obstacle.error()),
            Way::Untried | Way::Open => None,
        }
    }
}

/// The outcome of a call's requests so far.
#[derive(Default)]
enum Way {
    #[default]
    Untried,
    /// None has reached the organization.
    Barred(Obstacle),
    /// One may have reached it.
    Open,
}

impl Way {
    fn met(&mut self, answered: &Answered, is_sign_in: bool) {
        let barred = answered.as_ref().err().and_then(|lost| lost.obstacle.clone());
        *self = match (&self, barred) {
            (Way::Open, _) => Way::Open,
            (_, Some(obstacle)) => Way::Barred(obstacle),
            // A proxy may allow only the sign-in.
            (_, None) if is_sign_in => Way::Untried,
            (_, None) => Way::Open,
        };
    }
}

/// A response, or the reason for its absence.
type Answered = Result<http::Response<WasiBody>, Lost>;

/// A request in flight.
type Sending = Pin<Box<dyn Future<Output = Answered> + Send>>;

/// A future in the hook's form.
type Sent<T> = Box<dyn Future<Output = Result<T, Error>> + Send>;

impl WasiHttpHooks for Outgoing {
    fn send_request(
        &mut self,
        mut request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Sent<()>,
    ) -> Sent<(http::Response<WasiBody>, Sent<()>)> {
        if !self.allowed.permits(request.uri()) {
            if let Some(recorder) = &self.recorder {
                recorder.denied(&request);
            }
            return Box::new(async { Err(Error::HttpRequestDenied) });
        }
        if self.formatted_values {
            formatted::ask(&mut request);
        }
        let watch = self.watch.clone();
        watch.sent(&request);
        let (recorded, request) = match &self.recorder {
            Some(recorder) => {
                let (index, request) = recorder.sent(request);
                (Some((recorder.clone(), index)), request)
            }
            None => (None, request),
        };
        let backend = Arc::clone(&self.backend);
        let patience = Patience::of(options);
        let (secrets, caller) = (self.secrets.clone(), Arc::clone(&self.caller));
        let way = Arc::clone(&self.way);
        Box::new(async move {
            let is_sign_in = sign_in::is_one(&request);
            let answered = if is_sign_in {
                let send = move |request| {
                    Box::pin(async move { backend.send(request, patience).await }) as Sending
                };
                sign_in::send(request, &secrets, &caller, send).await
            } else {
                backend.send(request, patience).await
            };
            way.lock().unwrap_or_else(PoisonError::into_inner).met(&answered, is_sign_in);
            let answered = answered.map_err(Lost::told);
            watch.answered(&answered);
            let answered = match recorded {
                Some((recorder, index)) => recorder.answered(index, answered),
                None => answered,
            };
            Ok((answered?, Box::new(async { Ok(()) }) as Sent<()>))
        })
    }

    fn p2_error_from_hyper(&mut self, error: &hyper::Error) -> ErrorCode {
        failure::code_of(error)
    }
}

/// A complete body.
fn whole(bytes: Bytes) -> WasiBody {
    Full::new(bytes).map_err(|never: Infallible| match never {}).boxed_unsync()
}
