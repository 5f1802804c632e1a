//! Token requests, which calls share: see [`crate::flight`].

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error, WasiBody};

use super::{Answered, Sending};
use crate::flight::{Answer, Boarding, Caller, Wanted};
use crate::lost::{Lost, same};
use crate::secrets::Secrets;
use crate::turn::Turn;

/// The maximum size of a response, in bytes.
const LIMIT: usize = 1024 * 1024;

/// Whether a request asks for a token.
pub(super) fn is_one<B>(request: &Request<B>) -> bool {
    request.method() == Method::POST && request.uri().path().ends_with("/oauth2/v2.0/token")
}

/// Sends a request, unless another call has already sent the same.
pub(super) async fn send(
    request: Request<WasiBody>,
    secrets: &Secrets,
    caller: &Caller,
    send: impl FnOnce(Request<WasiBody>) -> Sending + Send + 'static,
) -> Answered {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let wanted = Wanted { uri: head.uri.clone(), body: body.clone() };
    let mut outcome = match secrets.flights(|flights| flights.board(caller, wanted)) {
        Boarding::Joined(outcome) => outcome,
        Boarding::First(number, sender, outcome) => {
            let request = Request::from_parts(head, body);
            let secrets = secrets.clone();
            // A separate task: if the call is dropped, the token still serves the others. It may be
            // the only one that the service issues for this refresh token.
            tokio::spawn(async move {
                let outcome = Arc::new(in_turn(request, &secrets, send).await);
                secrets.flights(|flights| {
                    sender.send_replace(Some(outcome));
                    flights.land(number);
                });
            });
            outcome
        }
    };
    let landed =
        outcome.wait_for(Option::is_some).await.map_err(|_| Error::ConnectionTerminated)?;
    match landed.as_deref() {
        Some(Ok(answer)) => Ok(again(answer)),
        Some(Err(lost)) => Err(lost.again()),
        None => Err(Error::ConnectionTerminated.into()),
    }
}

/// The response to a request, which is sent when its turn comes.
async fn in_turn(
    request: Request<Bytes>,
    secrets: &Secrets,
    send: impl FnOnce(Request<WasiBody>) -> Sending,
) -> Result<Answer, Lost> {
    let Some((turns, token)) = secrets.turns() else {
        return read(send(request.map(super::whole))).await;
    };
    let (mut head, form) = request.into_parts();
    // It may wait for another process.
    let turn = tokio::task::spawn_blocking(move || turns(&form, token.as_deref()));
    match turn.await.map_err(|_| Error::InternalError(None))? {
        Turn::Answered(body) => {
            let mut response = Response::new(body);
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            Ok(Answer { response, broken_off: None })
        }
        Turn::Send { form, keep } => {
            if head.headers.contains_key(CONTENT_LENGTH) {
                head.headers.insert(CONTENT_LENGTH, HeaderValue::from(form.len()));
            }
            let answer = read(send(Request::from_parts(head, super::whole(form)))).await?;
            if answer.response.status() == StatusCode::OK && answer.broken_off.is_none() {
                keep(answer.response.body());
            }
            Ok(answer)
        }
    }
}

/// Waits for the complete response.
async fn read(sent: impl Future<Output = Answered>) -> Result<Answer, Lost> {
    let (head, mut body) = sent.await?.into_parts();
    let mut bytes = BytesMut::new();
    let mut broken_off = None;
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(frame.data_ref().map_or(&[], Bytes::as_ref)),
            Err(error) => {
                broken_off = Some(error);
                break;
            }
        }
        if bytes.len() > LIMIT {
            broken_off = Some(Error::HttpResponseBodySize(Some(LIMIT as u64)));
            break;
        }
    }
    Ok(Answer { response: Response::from_parts(head, bytes.freeze()), broken_off })
}

/// The unchanged response.
fn again(answer: &Answer) -> Response<WasiBody> {
    answer.response.clone().map(|bytes| {
        let bytes = Some(bytes).filter(|bytes| !bytes.is_empty());
        Replayed { bytes, broken_off: answer.broken_off.as_ref().map(same) }.boxed_unsync()
    })
}

/// Bytes, optionally followed by the error that cut them.
struct Replayed {
    bytes: Option<Bytes>,
    broken_off: Option<Error>,
}

impl Body for Replayed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        Poll::Ready(self.broken_off.take().map(Err))
    }
}
