//! The transport to a real organization: bounded, and without redirects.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::transport::{Transport, Unanswered};

/// The largest body that is read, in bytes.
const LONGEST_BODY: usize = 16 << 20;
/// The time-out of a request; Microsoft's clients use the same.
const PATIENCE: Duration = Duration::from_secs(120);
/// The time-out of a customization, which waits for other customizations.
const PATIENCE_WITH_TABLES: Duration = Duration::from_secs(400);

/// HTTP over TLS with the operating system's certificates; plain HTTP only on loopback, for the
/// simulator.
#[derive(Debug, Clone)]
pub struct Https {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Https {
    /// Creates a client.
    ///
    /// # Errors
    ///
    /// Fails if the operating system's certificates cannot be used.
    pub fn new() -> Result<Https, String> {
        let failed = |error: &dyn std::fmt::Display| format!("TLS cannot be set up: {error}");
        let provider = rustls::crypto::ring::default_provider();
        let config = rustls::ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(&error))?
            .try_with_platform_verifier()
            .map_err(|error| failed(&error))?
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Https { client: Client::builder(TokioExecutor::new()).build(connector) })
    }
}

impl Transport for Https {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        let is_plain = request.uri().scheme_str() == Some("http");
        if is_plain && !is_loopback(request.uri().host().unwrap_or_default()) {
            return Err(Unanswered::NotReached);
        }
        let changes_tables = request.method() != http::Method::GET
            && request.uri().path().contains("/EntityDefinitions");
        let patience = if changes_tables { PATIENCE_WITH_TABLES } else { PATIENCE };
        let answer = tokio::time::timeout(patience, self.exchange(request));
        answer.await.unwrap_or(Err(Unanswered::TimedOut))
    }
}

impl Https {
    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        let response = self.client.request(request.map(Full::new)).await.map_err(|error| {
            if error.is_connect() { Unanswered::NotReached } else { Unanswered::Broken }
        })?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LONGEST_BODY).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() { Unanswered::TooLong } else { Unanswered::Broken }
        })?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
