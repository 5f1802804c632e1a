//! The minimum cost of HTTP: hyper on both ends of a persistent loopback connection.

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::MeasureError;
use super::served::Served;

/// A client connected to a server in another thread that always gives the same response.
pub(super) struct Loopback {
    runtime: Runtime,
    sender: SendRequest<Empty<Bytes>>,
    _served: Served,
}

impl Loopback {
    pub(super) fn start(body: Bytes) -> Result<Self, MeasureError> {
        let served = Served::start(move |_| Response::new(body.clone()))?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let sender = runtime.block_on(async {
            let stream = TcpStream::connect(served.address()).await?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            Ok::<_, MeasureError>(sender)
        })?;
        Ok(Loopback { runtime, sender, _served: served })
    }

    pub(super) fn get(&mut self) -> Result<Bytes, MeasureError> {
        self.runtime.block_on(async {
            let mut request = Request::new(Empty::new());
            request
                .headers_mut()
                .insert(header::HOST, header::HeaderValue::from_static("localhost"));
            self.sender.ready().await?;
            let answer = self.sender.send_request(request).await?;
            Ok(answer.into_body().collect().await?.to_bytes())
        })
    }
}
