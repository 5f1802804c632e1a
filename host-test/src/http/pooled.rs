//! Sends requests over connections shared by all calls.
//!
//! wasmtime's own client opens a new connection, with a new TLS handshake, for every request.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, sleep_until};
use wasmtime_wasi_http::{Error, WasiBody};

use super::connect::{Attempt, Connector};
use super::failure;
use super::gzip;
use super::network::Network;
use super::patience::{Patience, PatientBody};
use crate::lost::Lost;

/// An HTTP/1.1 client with a connection pool, shared by clones. It belongs to the tokio runtime of
/// its first use.
#[derive(Clone)]
pub struct Pooled {
    client: Client<Connector, WasiBody>,
}

impl Default for Pooled {
    fn default() -> Self {
        Pooled::new()
    }
}

impl Pooled {
    /// A client without connections, with the default network settings.
    pub fn new() -> Self {
        Pooled::over(&Network::default())
    }

    /// A client without connections, with these network settings.
    pub fn over(network: &Network) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // Azure's front ends close idle connections after some minutes.
            .pool_idle_timeout(Duration::from_secs(60))
            .build(Connector::new(network));
        Pooled { client }
    }

    pub(crate) async fn send(
        &self,
        request: Request<WasiBody>,
        patience: Patience,
    ) -> Result<Response<WasiBody>, Lost> {
        let response = self.send_as_is(gzip::ask(request), patience).await?;
        Ok(gzip::plain(response).map(BodyExt::boxed_unsync))
    }

    /// The same, without decompressing the response.
    pub(super) async fn send_as_is(
        &self,
        request: Request<WasiBody>,
        patience: Patience,
    ) -> Result<Response<impl Body<Data = Bytes, Error = Error> + Send + 'static>, Lost> {
        let attempt = Attempt::new(patience.connect);
        let host = request.uri().host().unwrap_or_default().to_owned();
        let request = attempt.clone().scope(self.client.request(request));
        let response = within(patience.first_byte, &attempt, &host, request).await?;
        let between = patience.between_bytes;
        Ok(response
            .map(|body| PatientBody::new(body.map_err(|error| failure::of_body(&error)), between)))
    }
}

type Answered = Result<Response<Incoming>, hyper_util::client::legacy::Error>;

/// The response, if its head arrives in time. The time starts once connected.
async fn within(
    limit: Duration,
    attempt: &Attempt,
    host: &str,
    request: impl Future<Output = Answered>,
) -> Result<Response<Incoming>, Lost> {
    let mut request = pin!(request);
    loop {
        let deadline = attempt.waiting_since().unwrap_or_else(Instant::now) + limit;
        tokio::select! {
            answered = &mut request => return answered.map_err(|error| failure::lost(&error, host)),
            () = sleep_until(deadline) => {
                if attempt.waiting_since().is_some_and(|since| since.elapsed() >= limit) {
                    return Err(Error::ConnectionReadTimeout.into());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
