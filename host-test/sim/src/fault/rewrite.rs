//! Changes to an otherwise right answer.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Coding;
use crate::raw_json::RawObject;

/// An HTML page like those of proxies and gateways.
pub(super) fn html(status: StatusCode, title: &str) -> Response<Bytes> {
    let body = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><h1>{title}</h1>\n\
         <p>The page you are looking for is temporarily unavailable.</p></body></html>\n"
    );
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

/// The answer with another JSON body.
pub(super) fn with_body(mut answer: Response<Bytes>, body: impl Into<Bytes>) -> Response<Bytes> {
    if answer.status() == StatusCode::NO_CONTENT {
        *answer.status_mut() = StatusCode::OK;
    }
    answer.headers_mut().remove(header::CONTENT_LENGTH);
    let json = HeaderValue::from_static("application/json; odata.metadata=minimal");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    *answer.body_mut() = body.into();
    answer
}

/// The first half of the body, cut between characters; for an answer without a body, an open
/// bracket.
pub(super) fn broken_off(answer: Response<Bytes>) -> Response<Bytes> {
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    let half: String = text.chars().take(text.chars().count() / 2).collect();
    let half = if half.is_empty() { "{\"@odata.context\":".to_owned() } else { half };
    with_body(answer, half)
}

/// The same URL with a growing number in a custom option, which the service ignores.
pub(super) fn further(url: &str) -> String {
    match url.rsplit_once("endless=") {
        Some((start, number)) => {
            format!("{start}endless={}", number.parse::<u64>().unwrap_or(0).saturating_add(1))
        }
        None => format!("{url}{}endless=1", if url.contains('?') { '&' } else { '?' }),
    }
}

/// A list with this next link; any other answer unchanged.
pub(super) fn with_next_link(answer: Response<Bytes>, link: &str) -> Response<Bytes> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(answer.body()) else { return answer };
    if !body.contains_key("value") {
        return answer;
    }
    body.insert("@odata.nextLink".to_owned(), json!(link));
    with_body(answer, Value::Object(body).to_string())
}

/// The answer with a byte order mark before its body, if it has one.
pub(super) fn with_byte_order_mark(answer: Response<Bytes>) -> Response<Bytes> {
    if answer.body().is_empty() {
        return answer;
    }
    let body = [b"\xEF\xBB\xBF", answer.body().as_ref()].concat();
    replaced(answer, body)
}

/// The answer with its body in this coding, if it has one.
pub(crate) fn encoded(answer: Response<Bytes>, coding: Coding) -> Response<Bytes> {
    if answer.body().is_empty() {
        return answer;
    }
    let (name, body) = match coding {
        Coding::Gzip => ("gzip", gzip(answer.body())),
        Coding::Deflate => ("deflate", deflate(answer.body())),
        Coding::Unknown => ("x-unknown", answer.body().iter().map(|byte| !byte).collect()),
    };
    let mut answer = replaced(answer, body);
    answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    answer
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

/// The answer with these bytes under its own type.
fn replaced(mut answer: Response<Bytes>, body: Vec<u8>) -> Response<Bytes> {
    answer.headers_mut().remove(header::CONTENT_LENGTH);
    *answer.body_mut() = Bytes::from(body);
    answer
}

/// The first row of the answer, or the row that it is, with this value in this member; any other
/// answer unchanged.
pub(super) fn with_raw_member(answer: Response<Bytes>, name: &str, json: &str) -> Response<Bytes> {
    match raw_member(answer.body(), name, json) {
        Some(body) => replaced(answer, body),
        None => answer,
    }
}

fn raw_member(body: &[u8], name: &str, json: &str) -> Option<Vec<u8>> {
    let value = RawValue::from_string(json.to_owned()).ok()?;
    let mut object: RawObject = serde_json::from_slice(body).ok()?;
    if object.get("error").is_some() {
        return None;
    }
    match object.get("value") {
        Some(list) => {
            let mut rows: Vec<RawObject> = serde_json::from_str(list.get()).ok()?;
            rows.first_mut()?.set(name, value);
            object.set("value", serde_json::value::to_raw_value(&rows).ok()?);
        }
        None => object.set(name, value),
    }
    serde_json::to_vec(&object).ok()
}
