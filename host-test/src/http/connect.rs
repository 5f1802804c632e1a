//! Establishes connections: names, proxies, time-outs, TLS.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use tokio::time::Instant;
use tower_service::Service;

use super::network::Network;
use super::tunnel::{self, ProxyError, Way};

/// The state shared by a request and its connection.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// The time limit for connecting.
    pub(crate) limit: Duration,
    /// The start of the wait for the response; `None` while connecting.
    waiting_since: Arc<Mutex<Option<Instant>>>,
}

tokio::task_local! {
    /// The attempt that sends a request: the pool connects inside the request's future.
    static ATTEMPT: Attempt;
}

impl Attempt {
    pub(crate) fn new(limit: Duration) -> Self {
        Attempt { limit, waiting_since: Arc::new(Mutex::new(Some(Instant::now()))) }
    }

    pub(crate) fn waiting_since(&self) -> Option<Instant> {
        *self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_waiting_since(&self, when: Option<Instant>) {
        *self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner) = when;
    }

    /// Runs a request in this attempt.
    pub(crate) async fn scope<F: Future>(self, request: F) -> F::Output {
        ATTEMPT.scope(self, request).await
    }
}

/// No connection within the request's time limit.
#[derive(Debug)]
pub(crate) struct ConnectTimeout;

impl fmt::Display for ConnectTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no connection in time")
    }
}

impl StdError for ConnectTimeout {}

type BoxError = Box<dyn StdError + Send + Sync>;

/// Connects within the request's time limit.
#[derive(Clone)]
pub(crate) struct Connector {
    http: HttpConnector<Resolver>,
    network: Network,
    /// Created for the first encrypted connection: reading the platform's certificates takes
    /// milliseconds.
    encrypted: Arc<OnceLock<HttpsConnector<Route>>>,
}

impl Connector {
    pub(crate) fn new(network: &Network) -> Self {
        let mut http = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        http.enforce_http(false);
        http.set_nodelay(true);
        Connector { http, network: network.clone(), encrypted: Arc::default() }
    }

    fn encrypted(&self) -> HttpsConnector<Route> {
        let encrypted = self.encrypted.get_or_init(|| {
            let (http, network) = (self.http.clone(), self.network.clone());
            let tls = network.tls();
            let to_proxy = HttpsConnector::from((http.clone(), tls.clone()));
            HttpsConnector::from((Route { http, to_proxy, network }, tls))
        });
        encrypted.clone()
    }
}

impl Service<Uri> for Connector {
    type Response = <HttpsConnector<Route> as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.http.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let is_plain = uri.scheme() == Some(&Scheme::HTTP) && self.network.proxy(&uri).is_none();
        let connecting: Self::Future = if is_plain {
            let connecting = self.http.call(uri);
            Box::pin(async { Ok(MaybeHttpsStream::Http(Way::Direct(connecting.await?))) })
        } else {
            self.encrypted().call(uri)
        };
        let Ok(attempt) = ATTEMPT.try_with(Attempt::clone) else { return Box::pin(connecting) };
        Box::pin(async move {
            attempt.is_waiting_since(None);
            let connected = tokio::time::timeout(attempt.limit, connecting).await;
            attempt.is_waiting_since(Some(Instant::now()));
            connected.unwrap_or_else(|_| Err(ConnectTimeout.into()))
        })
    }
}

/// The route to the server: directly, or through a proxy.
#[derive(Clone)]
pub(crate) struct Route {
    http: HttpConnector<Resolver>,
    to_proxy: HttpsConnector<HttpConnector<Resolver>>,
    network: Network,
}

impl Service<Uri> for Route {
    type Response = Way;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Way, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        ready!(self.to_proxy.poll_ready(context))?;
        self.http.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Some(proxy) = self.network.proxy(&uri) else {
            let connecting = self.http.call(uri);
            return Box::pin(async move { Ok(Way::Direct(connecting.await?)) });
        };
        let connecting = self.to_proxy.call(proxy.uri.clone());
        Box::pin(async move {
            let over = connecting.await.map_err(|error| ProxyError::failed(&proxy, &uri, error))?;
            Ok(Way::Tunnel(tunnel::through(&proxy, over, &uri).await?))
        })
    }
}

/// The system's resolver, with distinguishable failures.
#[derive(Clone)]
pub(crate) struct Resolver(GaiResolver);

/// The name has no address.
#[derive(Debug)]
pub(crate) struct NoSuchHost(io::Error);

impl fmt::Display for NoSuchHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl StdError for NoSuchHost {}

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = NoSuchHost;
    type Future = Pin<Box<dyn Future<Output = Result<GaiAddrs, NoSuchHost>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), NoSuchHost>> {
        self.0.poll_ready(context).map_err(NoSuchHost)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.0.call(name);
        Box::pin(async move { found.await.map_err(NoSuchHost) })
    }
}
