//! The headers common to all answers, and the body of refusals.

mod details;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::clock::Moment;
use crate::exchange::{Body, Reply};
use crate::limits::Remaining;
use crate::problem::Problem;

/// The values for the headers of one answer.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The time by the clock.
    pub(crate) now: i64,
    /// The time in HTTP dates, which [`crate::Settings::date_skew`] shifts.
    pub(crate) dated: i64,
    /// Ids of this request: the gateway's, the server's, the activity's.
    pub(crate) ids: [Uuid; 3],
    pub(crate) organization: Uuid,
    pub(crate) dop_hint: u32,
    pub(crate) remaining: Remaining,
}

const JSON: &str = "application/json; odata.metadata=minimal";
const EXPOSED: &str = "Preference-Applied,OData-EntityId,Location,ETag,OData-Version,\
                       Content-Encoding,Transfer-Encoding,Content-Length,Retry-After";

/// The whole answer for a handler's reply.
pub(crate) fn dress(frame: &Frame, reply: Reply) -> Response<Bytes> {
    let body = reply.body.map(Body::into_bytes);
    assemble(frame, reply.status, reply.headers, body, JSON)
}

/// The whole answer for a refusal. `headers` are those of the request, which may ask for details.
pub(crate) fn refuse(frame: &Frame, headers: &HeaderMap, problem: Problem) -> Response<Bytes> {
    let mut error = Map::new();
    error.insert("code".to_owned(), json!(problem.code));
    error.insert("message".to_owned(), json!(problem.message));
    details::add(&mut error, headers, &problem);
    let body = Bytes::from(json!({ "error": error }).to_string());
    // The only captured 400 says `full`, whatever the request asked for.
    let kind = "application/json; odata.metadata=full";
    assemble(frame, problem.status, problem.headers, Some(body), kind)
}

/// An answer that is not JSON: the plain text of a 401, CSDL.
pub(crate) fn text(
    frame: &Frame,
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: String,
    kind: &str,
) -> Response<Bytes> {
    assemble(frame, status, headers, Some(Bytes::from(body)), kind)
}

fn assemble(
    frame: &Frame,
    status: StatusCode,
    own: Vec<(&'static str, String)>,
    body: Option<Bytes>,
    kind: &str,
) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let [gateway, server, activity] = frame.ids;
    put(headers, "cache-control", "no-cache");
    put(headers, "allow", "OPTIONS,GET,HEAD,POST");
    if body.is_some() {
        put(headers, "content-type", kind);
    }
    put(headers, "expires", "-1");
    put(headers, "vary", "Accept-Encoding");
    // The header comes twice: from the gateway, and from the server behind it, whose id is also
    // REQ_ID (live).
    put(headers, "x-ms-service-request-id", &gateway.to_string());
    put(headers, "x-ms-service-request-id", &server.to_string());
    let organization = frame.organization;
    let affinity = organization.simple();
    put(headers, "set-cookie", &format!("ARRAffinity={affinity}; path=/; secure; HttpOnly"));
    let expires = Moment::new(frame.dated + 365 * 86_400).http_date();
    for (name, value) in [("ReqClientId", activity), ("orgId", organization)] {
        let cookie = format!("{name}={value}; expires={expires}; path=/; secure; HttpOnly");
        put(headers, "set-cookie", &cookie);
    }
    put(headers, "strict-transport-security", "max-age=31536000; includeSubDomains");
    put(headers, "req_id", &server.to_string());
    put(headers, "crm.serviceid", "framework");
    put(headers, "authactivityid", &activity.to_string());
    put(headers, "x-ms-dop-hint", &frame.dop_hint.to_string());
    put(headers, "x-ms-ratelimit-time-remaining-xrm-requests", &frame.remaining.time());
    let burst = frame.remaining.requests.to_string();
    put(headers, "x-ms-ratelimit-burst-remaining-xrm-requests", &burst);
    put(headers, "odata-version", "4.0");
    // The header has two values (live).
    put(headers, "x-source", "1912515221");
    put(headers, "x-source", "5112912202521");
    put(headers, "public", "OPTIONS,GET,HEAD,POST");
    put(headers, "access-control-expose-headers", EXPOSED);
    put(headers, "date", &Moment::new(frame.dated).http_date());
    for (name, value) in own {
        // `$count` and `$value` have their own content type.
        if name.eq_ignore_ascii_case("content-type") {
            headers.remove(header::CONTENT_TYPE);
        }
        put(headers, &name.to_ascii_lowercase(), &value);
    }
    if let Some(body) = body {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        *response.body_mut() = body;
    }
    response
}

fn put(headers: &mut HeaderMap, name: &str, value: &str) {
    let name = HeaderName::try_from(name);
    let value = HeaderValue::from_str(value);
    if let (Ok(name), Ok(value)) = (name, value) {
        headers.append(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame {
            now: 1_771_232_400,
            dated: 1_771_232_400,
            ids: [Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3)],
            organization: Uuid::from_u128(4),
            dop_hint: 48,
            remaining: Remaining { requests: 5_999, milliseconds: 1_200_000 },
        }
    }

    #[test]
    fn every_answer_has_the_captured_headers() {
        let response = dress(&frame(), Reply::ok(json!({"a": 1})));
        let headers = response.headers();
        let all = |name: &str| {
            let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap());
            values.collect::<Vec<_>>()
        };
        let [first, second] = all("x-ms-service-request-id")[..] else { panic!("not twice") };
        assert_ne!(first, second);
        assert_eq!(all("REQ_ID"), [second]);
        assert_eq!(all("Set-Cookie").len(), 3);
        assert_eq!(all("x-ms-ratelimit-time-remaining-xrm-requests"), ["1,200.00"]);
        assert_eq!(all("x-ms-ratelimit-burst-remaining-xrm-requests"), ["5999"]);
        assert_eq!(all("OData-Version"), ["4.0"]);
        assert_eq!(all("X-Source").len(), 2);
        assert_eq!(all("Content-Type"), ["application/json; odata.metadata=minimal"]);
        assert_eq!(all("Content-Length"), ["7"]);
        assert_eq!(all("Date"), ["Mon, 16 Feb 2026 09:00:00 GMT"]);
    }

    #[test]
    fn an_answer_without_a_body_has_no_content_type() {
        let response = dress(&frame(), Reply::no_content().with("OData-EntityId", "x"));
        assert_eq!(response.status(), 204);
        assert!(response.headers().get("content-type").is_none());
        assert_eq!(response.headers()["odata-entityid"], "x");
    }

    #[test]
    fn a_refusal_has_only_code_and_message_by_default() {
        let problem = Problem::no_such_row("account", "x");
        let response = refuse(&frame(), &HeaderMap::new(), problem);
        assert_eq!(
            String::from_utf8_lossy(response.body()),
            r#"{"error":{"code":"0x80040217","message":"Entity 'account' With Id = x Does Not Exist"}}"#
        );
    }
}
