//! Serves the page on the loopback address.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use super::Inspector;
use super::api::{self, Refused};
use super::assets::ASSETS;
use super::guard::Guard;

/// The largest request body from the page, in bytes.
const LARGEST: usize = 1 << 20;

/// Nothing from other hosts, nothing inline, no frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The listening server.
pub(crate) struct PageServer {
    listener: TcpListener,
    guard: Guard,
    address: SocketAddr,
    key: String,
}

impl PageServer {
    /// Listens on the loopback address; port 0 takes any free port.
    pub(crate) async fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let key = oauth2::CsrfToken::new_random_len(24).secret().clone();
        let guard = Guard::new(key.clone(), address.port());
        Ok(PageServer { listener, guard, address, key })
    }

    /// The URL for the browser. The key is in the fragment, which browsers never send.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/#{}", self.address, self.key)
    }

    /// Serves until the future is dropped.
    pub(crate) async fn serve(self, inspector: Inspector) {
        let shared = Arc::new((inspector, self.guard));
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(connection(Arc::clone(&shared), stream));
                }
                // No file handles are left, or the connection is already gone.
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }
}

async fn connection(shared: Arc<(Inspector, Guard)>, stream: TcpStream) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(&shared.0, &shared.1, request).await) }
    });
    // A browser that disconnects early is not an error.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    inspector: &Inspector,
    guard: &Guard,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    if let Some(why) = guard.refuses(request.headers()) {
        return refused(Refused(StatusCode::FORBIDDEN, why.to_owned()));
    }
    let asset = ASSETS.iter().find(|asset| asset.path == request.uri().path());
    if let Some(asset) = asset.filter(|_| request.method() == http::Method::GET) {
        return response(StatusCode::OK, asset.kind, Bytes::from_static(asset.text.as_bytes()));
    }
    if request.uri().path() == "/favicon.ico" {
        return response(StatusCode::NO_CONTENT, "image/x-icon", Bytes::new());
    }
    if !guard.knows(request.headers()) {
        let why =
            "the key is missing or wrong (open the address that `inspect` printed)".to_owned();
        return refused(Refused(StatusCode::UNAUTHORIZED, why));
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST).collect().await else {
        return refused(Refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is larger than 1 MiB".to_owned(),
        ));
    };
    let request = Request::from_parts(parts, body.to_bytes());
    match api::answer(inspector, request).await {
        Ok(json) => response(StatusCode::OK, "application/json", Bytes::from(json)),
        Err(refusal) => refused(refusal),
    }
}

fn refused(Refused(status, why): Refused) -> Response<Full<Bytes>> {
    response(status, "application/json", Bytes::from(json!({ "error": why }).to_string()))
}

fn response(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
