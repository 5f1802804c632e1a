//! The input of an action: the request's body, a JSON object or nothing.

use http::StatusCode;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use waki::Request;

use crate::problem::Problem;

/// The largest body, in bytes: the largest input that the connector accepts.
pub(crate) const LIMIT: usize = 1024 * 1024;

/// Reads the body. The connector checks that it is JSON.
pub(crate) fn read(request: &Request) -> Result<String, Problem> {
    let headers = request.headers();
    let is_json = is_json(headers)?;
    if declared(headers).is_some_and(|length| length > LIMIT as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(piece) = request.chunk(64 * 1024).map_err(|_| broken())? {
        body.extend_from_slice(&piece);
        if body.len() > LIMIT {
            return Err(too_large());
        }
    }
    if !is_json && !body.is_empty() {
        return Err(unsupported("the body has no content type (expected `application/json`)"));
    }
    String::from_utf8(body)
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the body is not UTF-8"))
}

/// Whether the content type is JSON; an error if it is another one.
fn is_json(headers: &HeaderMap) -> Result<bool, Problem> {
    let coding = headers.get(CONTENT_ENCODING).map(|value| value.as_bytes());
    if coding.is_some_and(|coding| !coding.eq_ignore_ascii_case(b"identity")) {
        return Err(unsupported("the body has a content encoding (expected none)"));
    }
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(false);
    };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    if essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
    {
        return Ok(true);
    }
    Err(unsupported("the body is not JSON by its content type (expected `application/json`)"))
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large() -> Problem {
    let detail = format!("the body is larger than {} KiB", LIMIT / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

fn broken() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "the body did not arrive completely")
}

fn unsupported(detail: &str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).with(ACCEPT, "application/json")
}
