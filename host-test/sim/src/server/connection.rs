//! One connection: requests, answers, and real transport faults.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::Shared;
use super::body::{End, Sent};
use crate::delivery::Delivery;
use crate::fault::gzipped;

/// Serves a connection in its own task.
pub(super) fn spawn(shared: Arc<Shared>, stream: TcpStream, graceful: &GracefulShutdown) {
    // Disables Nagle's algorithm, as the documentation advises both ends.
    let _ = stream.set_nodelay(true);
    // A second handle of the same socket, to reset it: hyper owns the first.
    let Ok(control) = SockRef::from(&stream).try_clone() else { return };
    // With zero linger time, closing sends RST instead of FIN.
    let reset = move || SockRef::from(&control).set_linger(Some(Duration::ZERO));
    let served = graceful.watch(serve(shared, stream, reset));
    tokio::spawn(async move {
        // An error here is a queued fault or a disconnected client.
        let _ = served.await;
    });
}

/// Serves a connection over any stream; `reset` turns its end into a reset.
pub(super) fn serve<S>(
    shared: Arc<Shared>,
    stream: S,
    reset: impl Fn() -> io::Result<()> + Send + Sync + 'static,
) -> impl GracefulConnection + Send
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let reset = Arc::new(reset);
    let service = service_fn(move |request| {
        let (shared, reset) = (Arc::clone(&shared), Arc::clone(&reset));
        async move { answer(&shared, reset.as_ref(), request).await }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(true)
        .serve_connection(TokioIo::new(stream), service)
}

/// Counts a request as in flight for as long as it lives.
struct InFlight<'a>(&'a Shared);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn answer(
    shared: &Shared,
    reset: &(impl Fn() -> io::Result<()> + Send + Sync),
    request: Request<Incoming>,
) -> Result<Response<Sent>, io::Error> {
    let at_once = shared.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
    let _in_flight = InFlight(shared);
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        // The chunks are malformed, or bytes are missing: the client may still read the answer.
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::BAD_REQUEST;
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return Ok(sent(response, None, End::Here));
    };
    let body = body.to_bytes();
    let request = Request::from_parts(parts, body);
    if let Some(answer) = shared.control(&request) {
        return Ok(sent(answer, None, End::Here));
    }
    let compressed = asks_for_gzip(&request) && shared.lock().world.settings.compression;
    let delivery = deliver(shared, request, at_once).await;
    match delivery {
        Delivery::Whole(response) => {
            let packs = compressed && !response.headers().contains_key(header::CONTENT_ENCODING);
            let response = if packs { gzipped(response) } else { response };
            Ok(sent(response, None, End::Here))
        }
        Delivery::WrongLength(response, declared) => {
            let mut response = sent(response, None, End::Here);
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(declared));
            Ok(response)
        }
        Delivery::StalledAfter(response, after) => Ok(sent(response, Some(after), End::Never)),
        Delivery::Cut(response, after) => Ok(sent(response, Some(after), End::Cut(None))),
        Delivery::Stalled => {
            let never: Result<Response<Sent>, Infallible> = pending().await;
            never.map_err(|never| match never {})
        }
        // The connection already exists: a reset is the closest to a refusal.
        Delivery::Refused | Delivery::Reset => {
            reset()?;
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
}

fn asks_for_gzip<B>(request: &Request<B>) -> bool {
    let asked = request.headers().get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = asked.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    codings.any(|coding| coding.trim().eq_ignore_ascii_case("gzip"))
}

async fn deliver(shared: &Shared, request: Request<Bytes>, at_once: usize) -> Delivery {
    let latency = shared.lock().world.settings.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let mut dataverse = shared.lock();
    let delivery = dataverse.deliver_among(request, at_once);
    if let (Some(log), Some(entry)) = (&shared.log, dataverse.journal().last()) {
        log(entry);
    }
    delivery
}

/// The first bytes of an answer with its correct length, and this end.
fn sent(response: Response<Bytes>, first: Option<usize>, end: End) -> Response<Sent> {
    let (mut parts, body) = response.into_parts();
    let bodiless = matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if !bodiless && !parts.headers.contains_key(header::CONTENT_LENGTH) {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let bytes = body.slice(..first.unwrap_or(body.len()).min(body.len()));
    Response::from_parts(parts, Sent::new(bytes, end))
}
