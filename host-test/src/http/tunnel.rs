//! A connection through a proxy: `CONNECT`, and the proxy's errors.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::upgrade::Upgraded;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::network::Proxy;

/// The proxy did not connect.
#[derive(Debug)]
pub(crate) struct ProxyError {
    /// Its URL, without a user or password.
    proxy: String,
    /// The target.
    to: String,
    why: Why,
}

#[derive(Debug)]
enum Why {
    /// The proxy is unreachable, or its response is not HTTP.
    Failed(Box<dyn StdError + Send + Sync>),
    /// Its response status, and whether it got a user and a password.
    Answered(StatusCode, bool),
}

impl ProxyError {
    /// The error for an unreachable proxy.
    pub(crate) fn failed(
        proxy: &Proxy,
        to: &Uri,
        error: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        ProxyError { proxy: proxy.name(), to: authority(to), why: Why::Failed(error.into()) }
    }

    /// Whether a retry would fail too.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.why, Why::Answered(status, _) if !status.is_server_error())
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ProxyError { proxy, to, why } = self;
        match why {
            Why::Answered(StatusCode::PROXY_AUTHENTICATION_REQUIRED, false) => {
                write!(
                    f,
                    "the proxy `{proxy}` asks for a user and a password (407): add them to its URL"
                )
            }
            Why::Answered(StatusCode::PROXY_AUTHENTICATION_REQUIRED, true) => {
                write!(
                    f,
                    "the proxy `{proxy}` does not accept the user and password in its URL (407)"
                )
            }
            Why::Answered(status, _) if status.is_server_error() => {
                write!(f, "the proxy `{proxy}` cannot connect to `{to}` ({})", status.as_u16())
            }
            Why::Answered(status, _) => {
                write!(f, "the proxy `{proxy}` refuses to connect to `{to}` ({})", status.as_u16())
            }
            Why::Failed(error) => {
                write!(f, "the proxy `{proxy}` is not reached: ")?;
                let mut deepest: &dyn StdError = error.as_ref();
                while let Some(source) = deepest.source() {
                    deepest = source;
                }
                write!(f, "{deepest}")
            }
        }
    }
}

impl StdError for ProxyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.why {
            Why::Failed(error) => Some(error.as_ref()),
            Why::Answered(..) => None,
        }
    }
}

/// Asks a proxy, over a connection to it, to open a tunnel.
pub(crate) async fn through<C>(proxy: &Proxy, over: C, to: &Uri) -> Result<Upgraded, ProxyError>
where
    C: Read + Write + Unpin + Send + 'static,
{
    let target = authority(to);
    let failed = |error: hyper::Error| ProxyError::failed(proxy, to, error);
    let (mut sender, connection) = http1::handshake(over).await.map_err(failed)?;
    tokio::spawn(connection.with_upgrades());
    let mut request = Request::connect(&target).header(HOST, &target);
    if let Some(authorization) = &proxy.authorization {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    let request = request.body(Empty::<Bytes>::new());
    let request = request.map_err(|error| ProxyError::failed(proxy, to, error))?;
    let answer = sender.send_request(request).await.map_err(failed)?;
    if !answer.status().is_success() {
        let why = Why::Answered(answer.status(), proxy.authorization.is_some());
        return Err(ProxyError { proxy: proxy.name(), to: target, why });
    }
    hyper::upgrade::on(answer).await.map_err(failed)
}

/// Host and port.
fn authority(uri: &Uri) -> String {
    format!("{}:{}", uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(443))
}

/// The transport under TLS with the server.
pub(crate) enum Way {
    /// A direct connection.
    Direct(<HttpConnector as tower_service::Service<Uri>>::Response),
    /// A connection through a proxy.
    Tunnel(Upgraded),
}

impl Way {
    fn io(self: Pin<&mut Self>) -> Pin<&mut dyn ReadWrite> {
        match self.get_mut() {
            Way::Direct(stream) => Pin::new(stream),
            Way::Tunnel(stream) => Pin::new(stream),
        }
    }
}

trait ReadWrite: Read + Write + Unpin {}
impl ReadWrite for TokioIo<TcpStream> {}
impl ReadWrite for Upgraded {}

impl Read for Way {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.io().poll_read(context, buffer)
    }
}

impl Write for Way {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Way::Direct(stream) => stream.is_write_vectored(),
            Way::Tunnel(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.io().poll_write_vectored(context, slices)
    }
}

impl Connection for Way {
    fn connected(&self) -> Connected {
        match self {
            Way::Direct(stream) => stream.connected(),
            Way::Tunnel(_) => Connected::new(),
        }
    }
}
