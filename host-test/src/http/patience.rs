//! Time-outs of requests and bodies.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use wasmtime_wasi_http::{Error, RequestOptions};

/// The component's time-outs for a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    pub(crate) first_byte: Duration,
    pub(crate) between_bytes: Duration,
}

impl Patience {
    /// Without a time-out of the component it is ten minutes, as in wasmtime's own client.
    pub(crate) fn of(options: Option<RequestOptions>) -> Self {
        let options = options.unwrap_or_default();
        let or_default = |set: Option<Duration>| set.unwrap_or(Duration::from_secs(600));
        Patience {
            connect: or_default(options.connect_timeout),
            first_byte: or_default(options.first_byte_timeout),
            between_bytes: or_default(options.between_bytes_timeout),
        }
    }
}

/// A body whose pieces must arrive in time.
pub(crate) struct PatientBody<B> {
    body: B,
    limit: Duration,
    deadline: Pin<Box<Sleep>>,
}

impl<B> PatientBody<B> {
    pub(crate) fn new(body: B, limit: Duration) -> Self {
        PatientBody { body, limit, deadline: Box::pin(sleep_until(Instant::now() + limit)) }
    }
}

impl<B> Body for PatientBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.deadline.as_mut().reset(Instant::now() + this.limit);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(this.deadline.as_mut().poll(context));
        Poll::Ready(Some(Err(Error::ConnectionReadTimeout)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Nothing arrives before the time-out for the first byte.
pub(crate) async fn stalled<T>(limit: Duration) -> Result<T, Error> {
    sleep(limit).await;
    Err(Error::ConnectionReadTimeout)
}
