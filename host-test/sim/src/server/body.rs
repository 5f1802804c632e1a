//! The body of an answer, complete or cut.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::Sleep;

/// What follows the bytes.
pub(super) enum End {
    /// The end of the body.
    Here,
    /// Nothing more, and the connection stays open.
    Never,
    /// The end of the connection, once the bytes are sent.
    Cut(Option<Pin<Box<Sleep>>>),
}

/// Bytes, then an end.
///
/// It hides its size from hyper, which would compare it with an intentionally wrong
/// `Content-Length`.
pub(super) struct Sent {
    bytes: Option<Bytes>,
    end: End,
}

impl Sent {
    /// These bytes and this end.
    pub(super) fn new(bytes: Bytes, end: End) -> Self {
        Sent { bytes: Some(bytes).filter(|bytes| !bytes.is_empty()), end }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match &mut self.end {
            End::Here => Poll::Ready(None),
            End::Never => Poll::Pending,
            End::Cut(wait) => {
                // While the body is pending, hyper writes the bytes it has, so they precede the
                // cut.
                let pause = Duration::from_millis(20);
                let wait = wait.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
                match wait.as_mut().poll(context) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(()) => {
                        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && matches!(self.end, End::Here)
    }
}
