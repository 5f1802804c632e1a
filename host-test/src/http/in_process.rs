//! A simulator in this process answers requests, without a socket.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dataverse_sim::{Dataverse, Delivery};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tokio::time::Instant;
use wasmtime_wasi_http::{Error, WasiBody};

use super::patience::{Patience, PatientBody, stalled};
use super::whole;

/// A shared simulator. Its clock follows tokio's, which a test can pause.
#[derive(Clone)]
pub struct InProcess {
    organization: Arc<Mutex<Organization>>,
    ignores_time_outs: bool,
}

struct Organization {
    dataverse: Dataverse,
    /// The time up to which its clock has advanced.
    moved: Option<Instant>,
    /// Requests without a response yet.
    in_flight: usize,
}

impl InProcess {
    /// Answers requests from this organization.
    pub fn new(dataverse: Dataverse) -> Self {
        let organization = Organization { dataverse, moved: None, in_flight: 0 };
        InProcess { organization: Arc::new(Mutex::new(organization)), ignores_time_outs: false }
    }

    /// The same, with its clock running from now on, not only from the first request.
    #[must_use]
    pub(crate) fn since(self, started: Instant) -> Self {
        self.organization.lock().unwrap_or_else(PoisonError::into_inner).moved = Some(started);
        self
    }

    /// The same simulator through a host that ignores a component's time-outs, as the interface
    /// allows: requests then wait ten minutes for their responses.
    #[must_use]
    pub fn ignoring_time_outs(mut self) -> Self {
        self.ignores_time_outs = true;
        self
    }

    /// The organization: its rows, its journal and its faults.
    pub fn dataverse(&self) -> impl std::ops::DerefMut<Target = Dataverse> + '_ {
        Access(self.organization.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) async fn send(
        &self,
        request: Request<WasiBody>,
        patience: Patience,
    ) -> Result<Response<WasiBody>, Error> {
        let patience = if self.ignores_time_outs { Patience::of(None) } else { patience };
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let (delivery, latency) = {
            let mut organization = self.organization.lock().unwrap_or_else(PoisonError::into_inner);
            organization.keep_time();
            organization.in_flight += 1;
            let (latency, at_once) =
                (organization.dataverse.world.settings.latency, organization.in_flight);
            let request = Request::from_parts(head, body);
            (organization.dataverse.deliver_among(request, at_once), latency)
        };
        let in_flight = InFlight(&self.organization);
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        drop(in_flight);
        deliver(delivery, patience).await
    }
}

/// A request without a response yet; a dropped call drops its request.
struct InFlight<'a>(&'a Mutex<Organization>);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).in_flight -= 1;
    }
}

impl Organization {
    /// Advances the clock by the time since the last update, in whole seconds.
    fn keep_time(&mut self) {
        let now = Instant::now();
        let moved = *self.moved.get_or_insert(now);
        let passed = Duration::from_secs(now.duration_since(moved).as_secs());
        self.dataverse.advance(passed);
        self.moved = Some(moved + passed);
    }
}

struct Access<'a>(MutexGuard<'a, Organization>);

impl std::ops::Deref for Access<'_> {
    type Target = Dataverse;

    fn deref(&self) -> &Dataverse {
        &self.0.dataverse
    }
}

impl std::ops::DerefMut for Access<'_> {
    fn deref_mut(&mut self) -> &mut Dataverse {
        &mut self.0.dataverse
    }
}

/// The client's view of it, as a `wasi:http` error.
async fn deliver(delivery: Delivery, patience: Patience) -> Result<Response<WasiBody>, Error> {
    let (response, after, end) = match delivery {
        Delivery::Whole(response) => {
            return Ok(response.map(whole));
        }
        Delivery::Refused => return Err(Error::ConnectionRefused),
        Delivery::Reset => return Err(Error::ConnectionTerminated),
        Delivery::Stalled => return stalled(patience.first_byte).await,
        Delivery::StalledAfter(response, after) => (response, after, End::Never),
        Delivery::Cut(response, after) => (response, after, End::Early),
        Delivery::WrongLength(response, declared) if declared > response.body().len() => {
            (declare(response, declared), declared, End::Early)
        }
        // A client reads as many bytes as declared.
        Delivery::WrongLength(response, declared) => {
            (declare(response, declared), declared, End::Clean)
        }
    };
    Ok(response.map(|body| {
        let pieces = VecDeque::from([body.slice(..after.min(body.len()))]);
        PatientBody::new(Broken { pieces, end }, patience.between_bytes).boxed_unsync()
    }))
}

fn declare(mut response: Response<Bytes>, length: usize) -> Response<Bytes> {
    response.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
    response
}

/// A body with an abnormal end.
struct Broken {
    pieces: VecDeque<Bytes>,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    Clean,
    Early,
    Never,
}

impl Body for Broken {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match (self.pieces.pop_front(), self.end) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (None, End::Clean) => Poll::Ready(None),
            (None, End::Early) => {
                self.end = End::Clean;
                Poll::Ready(Some(Err(Error::HttpResponseIncomplete)))
            }
            // The deadline around it has its own waker.
            (None, End::Never) => Poll::Pending,
        }
    }
}
