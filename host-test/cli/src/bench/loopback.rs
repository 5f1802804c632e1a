//! The minimum cost of HTTP: hyper on both ends of a persistent loopback connection.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Empty, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use super::MeasureError;

/// A client connected to a server in another thread that always gives the same response.
pub(super) struct Loopback {
    runtime: Runtime,
    sender: SendRequest<Empty<Bytes>>,
}

impl Loopback {
    pub(super) fn start(body: Bytes) -> Result<Self, MeasureError> {
        let address = serve(body)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let sender = runtime.block_on(async {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            Ok::<_, MeasureError>(sender)
        })?;
        Ok(Loopback { runtime, sender })
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

/// Serves one connection until it ends.
fn serve(body: Bytes) -> io::Result<SocketAddr> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        runtime.block_on(async {
            let Ok((stream, _)) = listener.accept().await else { return };
            let _ = stream.set_nodelay(true);
            let answer = service_fn(move |_| {
                let answer = Response::new(Full::new(body.clone()));
                async { Ok::<_, Infallible>(answer) }
            });
            let connection = hyper::server::conn::http1::Builder::new();
            // It ends when the client disconnects.
            let _ = connection.serve_connection(TokioIo::new(stream), answer).await;
        });
    });
    Ok(address)
}
