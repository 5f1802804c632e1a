//! One request over `wasi:http` and its complete response.

use alloc::string::String;
use alloc::vec::Vec;

use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, Method,
    OutgoingBody, OutgoingRequest, RequestOptions, Scheme, http_error_code,
};
use wasip2::io::poll::{Pollable, poll};
use wasip2::io::streams::{InputStream, StreamError};

use crate::runtime::grow_in_place;
use sales::http::{self, BODY_LIMIT, ExchangeError, Request, Response, Timeouts};
use sales::text::{counted, decimal, filled, from_utf8_lossy, number};

const CUT: &str = "the answer was cut";
const BODY_LOST: &str = "the host lost the body of the answer";

/// The maximum size of one read from the stream, in bytes: small enough to stay in the processor's
/// cache on its way from the host's memory to the body.
const CHUNK: usize = 64 * 1024;

/// The maximum size read of a response with an error status, in bytes: its message is at the start.
const ERROR_LIMIT: usize = 8 * 1024 * 1024;

/// The maximum size of the first read: most complete responses, but small enough for the existing
/// memory.
const FIRST: usize = 16 * 1024;

/// Sends a request and returns the complete response.
pub(super) fn send(request: &Request) -> Result<Response, ExchangeError> {
    let timeouts = request.timeouts;
    let outgoing = outgoing(request)?;
    // The body is requested only if not empty: an empty one would be sent chunked.
    let body = match &request.body {
        Some(body) => Some((outgoing.body().map_err(|()| refused())?, body.as_bytes())),
        None => None,
    };
    let options = RequestOptions::new();
    // A host may not support one of these time-outs; the waits below are ours.
    let _ = options.set_connect_timeout(Some(nanoseconds(timeouts.connect)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(timeouts.first_byte)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(timeouts.between_bytes)));
    let future = match outgoing_handler::handle(outgoing, Some(options)) {
        Ok(future) => future,
        Err(code) => return Err(lost(code)),
    };
    // A failed write is not final: the server may have answered before it read everything.
    let written = body.map_or(Ok(()), |(body, bytes)| write(body, bytes, timeouts));
    match (response(&future, timeouts), written) {
        (Ok(response), _) => read(response, timeouts),
        (Err(lost @ ExchangeError::NotSent(_)), _) | (Err(lost), Ok(())) => Err(lost),
        (Err(_), Err(lost)) => Err(lost),
    }
}

fn outgoing(request: &Request) -> Result<OutgoingRequest, ExchangeError> {
    // All in one call: each call into the host costs about a hundred instructions.
    let mut headers = Vec::with_capacity(request.headers.len() + 2);
    for (name, value) in &request.headers {
        headers.push((String::from(*name), value.clone().into_bytes()));
    }
    // A body compressed on the path could not be read here.
    headers.push(("Accept-Encoding".into(), b"identity".to_vec()));
    if let Some(body) = request.body.as_ref().filter(|_| request.has_length) {
        headers.push(("Content-Length".into(), counted(body.len()).into_bytes()));
    }
    let outgoing = OutgoingRequest::new(Fields::from_list(&headers).map_err(|_| refused())?);
    let method = match request.method {
        // A new request's method.
        http::Method::Get => None,
        http::Method::Post => Some(Method::Post),
        http::Method::Patch => Some(Method::Patch),
    };
    if let Some(method) = method {
        outgoing.set_method(&method).map_err(|()| refused())?;
    }
    let scheme = if request.origin.https { Scheme::Https } else { Scheme::Http };
    outgoing.set_scheme(Some(&scheme)).map_err(|()| refused())?;
    outgoing.set_authority(Some(&request.origin.authority)).map_err(|()| refused())?;
    outgoing.set_path_with_query(Some(&request.path)).map_err(|()| refused())?;
    Ok(outgoing)
}

fn write(body: OutgoingBody, mut bytes: &[u8], timeouts: Timeouts) -> Result<(), ExchangeError> {
    let ended = || unknown("the connection ended while the request was sent");
    let stream = body.write().map_err(|()| ended())?;
    let ready = stream.subscribe();
    while !bytes.is_empty() {
        let room =
            usize::try_from(stream.check_write().map_err(|_| ended())?).unwrap_or(usize::MAX);
        if room == 0 {
            wait(&ready, timeouts.first_byte)?;
            continue;
        }
        let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        stream.write(now).map_err(|_| ended())?;
        bytes = later;
    }
    stream.flush().map_err(|_| ended())?;
    drop(ready);
    drop(stream);
    OutgoingBody::finish(body, None).map_err(lost)
}

fn response(
    future: &FutureIncomingResponse,
    timeouts: Timeouts,
) -> Result<IncomingResponse, ExchangeError> {
    // Longer than the host's time-out, so that the host's own error comes first.
    let deadline = timeouts.connect + timeouts.first_byte + 1;
    loop {
        wait(&future.subscribe(), deadline)?;
        match future.get() {
            Some(Ok(Ok(response))) => return Ok(response),
            Some(Ok(Err(code))) => return Err(lost(code)),
            Some(Err(())) => return Err(unknown("the host lost the answer")),
            None => {}
        }
    }
}

fn read(response: IncomingResponse, timeouts: Timeouts) -> Result<Response, ExchangeError> {
    let status = response.status();
    let mut headers = Vec::new();
    for (mut name, value) in response.headers().entries() {
        name.make_ascii_lowercase();
        headers.push((name, from_utf8_lossy(&value)));
    }
    let announced = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| usize::try_from(number(value)?).ok());
    let is_error = status >= 400;
    if !is_error && announced.is_some_and(|length| length > BODY_LIMIT) {
        return Err(ExchangeError::TooLarge);
    }
    let body = response.consume().map_err(|()| unknown(BODY_LOST))?;
    let bytes = read_body(&body, announced, is_error, timeouts)?;
    Ok(Response { status, headers, body: bytes })
}

fn read_body(
    body: &IncomingBody,
    announced: Option<usize>,
    is_error: bool,
    timeouts: Timeouts,
) -> Result<Vec<u8>, ExchangeError> {
    let stream: InputStream = body.stream().map_err(|()| unknown(BODY_LOST))?;
    // A declared length alone does not reserve memory.
    let mut bytes = Vec::new();
    loop {
        let room = bytes.capacity() - bytes.len();
        match stream.read(room.clamp(FIRST, CHUNK) as u64) {
            Ok(piece) if piece.is_empty() => wait(&stream.subscribe(), timeouts.between_bytes + 1)?,
            Ok(piece) => {
                if bytes.len() + piece.len() > BODY_LIMIT {
                    return Err(ExchangeError::TooLarge);
                }
                append(&mut bytes, piece);
                if is_error && bytes.len() >= ERROR_LIMIT {
                    return Ok(bytes);
                }
            }
            Err(StreamError::Closed)
                if announced.is_some_and(|announced| announced != bytes.len()) =>
            {
                return Err(unknown(CUT));
            }
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(error)) => {
                return Err(http_error_code(&error).map_or_else(|| unknown(CUT), lost));
            }
        }
    }
}

fn nanoseconds(seconds: u32) -> u64 {
    u64::from(seconds) * 1_000_000_000
}

/// Appends a piece of a body, usually the whole body.
fn append(bytes: &mut Vec<u8>, piece: Vec<u8>) {
    if bytes.is_empty() && piece.len() < FIRST {
        *bytes = piece;
        return;
    }
    bytes.extend_from_slice(&piece);
    drop(piece);
    let room = bytes.capacity() - bytes.len();
    if room < FIRST {
        grow_in_place(bytes, (bytes.len() / 4).max(4 * CHUNK), CHUNK);
    }
}

/// Waits for this, at most this many seconds.
fn wait(ready: &Pollable, seconds: u32) -> Result<(), ExchangeError> {
    let deadline = subscribe_duration(nanoseconds(seconds));
    match *poll(&[ready, &deadline]) {
        // Only the deadline.
        [1] => Err(unknown(&filled!("nothing came for {} seconds", &[&decimal(seconds)]))),
        _ => Ok(()),
    }
}

/// A request that the host could not build.
fn refused() -> ExchangeError {
    not_sent("the host refused it")
}

/// The request was not sent.
#[inline(never)]
fn not_sent(why: &str) -> ExchangeError {
    ExchangeError::NotSent(why.into())
}

/// The request may have arrived.
#[inline(never)]
fn unknown(why: &str) -> ExchangeError {
    ExchangeError::Unknown(why.into())
}

/// Whether the request may have arrived, given this host error.
fn lost(code: ErrorCode) -> ExchangeError {
    let lost = match &code {
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => ExchangeError::Denied,
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => {
            not_sent("no such host")
        }
        ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused => not_sent("no connection"),
        ErrorCode::ConnectionTimeout => not_sent("no connection in time"),
        ErrorCode::ConnectionLimitReached => not_sent("too many connections"),
        ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => not_sent("no secure connection"),
        ErrorCode::HttpRequestUriInvalid | ErrorCode::HttpRequestUriTooLong => {
            not_sent("the host does not take the URL")
        }
        ErrorCode::ConnectionTerminated => unknown("the connection ended"),
        ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => unknown("no answer in time"),
        ErrorCode::HttpResponseBodySize(_) | ErrorCode::HttpResponseIncomplete => unknown(CUT),
        _ => unknown("the connection failed"),
    };
    // Its text is not needed, and the code to free it takes 4 KB: it leaks a few bytes per failed
    // request.
    core::mem::forget(code);
    lost
}
