//! Serves given responses over loopback, in a separate thread.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::listening::Listening;

/// A running server; it ends when this is dropped.
pub(super) struct Served(Listening);

impl Served {
    /// Answers every request with this function's response.
    pub(super) fn start(
        answer: impl Fn(&Request<Incoming>) -> Response<Bytes> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Ok(Served(Listening::start(|listener| accept(listener, Arc::new(answer)))?))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.address()
    }

    pub(super) fn url(&self) -> String {
        self.0.url()
    }
}

async fn accept<F>(listener: TcpListener, answer: Arc<F>)
where
    F: Fn(&Request<Incoming>) -> Response<Bytes> + Send + Sync + 'static,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let answer = Arc::clone(&answer);
        tokio::spawn(async move {
            let answer = service_fn(|request| {
                let answer = answer(&request).map(Full::new);
                async { Ok::<_, Infallible>(answer) }
            });
            // It ends when the client disconnects.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

/// A response of Dataverse with this body.
pub(super) fn json(status: u16, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let json = header::HeaderValue::from_static("application/json; odata.metadata=minimal");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    answer
}
