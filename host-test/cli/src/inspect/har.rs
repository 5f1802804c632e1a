//! A call as an HTTP Archive (HAR 1.2), which the developer tools of any browser can open.

use std::time::{Duration, SystemTime};

use host_test::{Exchange, Message};
use http::Uri;
use serde_json::{Value, json};

/// The archive of a call that started at this time.
pub(super) fn archive(all: &[Exchange], began: SystemTime) -> Value {
    let entries: Vec<Value> = all.iter().map(|exchange| entry(exchange, began)).collect();
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "dynamics365-sales", "version": env!("CARGO_PKG_VERSION") },
        "entries": entries,
    }})
}

fn entry(exchange: &Exchange, began: SystemTime) -> Value {
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1_000.0;
    let ended = exchange.ended.or(exchange.answered).unwrap_or(exchange.sent);
    let answered = exchange.answered.unwrap_or(ended);
    let (wait, receive) = (answered.saturating_sub(exchange.sent), ended.saturating_sub(answered));
    let uri = exchange.url.parse::<Uri>().ok();
    let query = uri.as_ref().and_then(Uri::query).unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes());
    let query: Vec<Value> =
        query.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let mut request = json!({
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&exchange.request),
        "queryString": query,
        "headersSize": -1,
        "bodySize": exchange.request.bytes,
    });
    if exchange.request.bytes > 0 {
        request["postData"] =
            json!({ "mimeType": kind(&exchange.request), "text": exchange.request.body });
    }
    json!({
        "startedDateTime": moment(began + exchange.sent),
        "time": milliseconds(wait + receive),
        "request": request,
        "response": {
            // Browsers write status 0 for a missing response.
            "status": exchange.status.unwrap_or(0),
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(&exchange.response),
            "content": {
                "size": exchange.response.bytes,
                "mimeType": kind(&exchange.response),
                "text": exchange.response.body,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": exchange.response.bytes,
            "_error": exchange.failure,
        },
        "cache": {},
        "timings": { "send": 0, "wait": milliseconds(wait), "receive": milliseconds(receive) },
    })
}

fn headers(message: &Message) -> Vec<Value> {
    message.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn kind(message: &Message) -> &str {
    let found = message.headers.iter().find(|(name, _)| name == "content-type");
    found.map_or("", |(_, value)| value)
}

/// `2026-02-16T09:00:00.123Z`
fn moment(at: SystemTime) -> String {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let timestamp =
        jiff::Timestamp::from_millisecond(i64::try_from(since.as_millis()).unwrap_or(0));
    timestamp.unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_response_has_status_zero_and_its_reason() {
        let lost = Exchange {
            method: "PATCH".to_owned(),
            url: "http://org/a?x=1".to_owned(),
            sent: Duration::from_millis(1_500),
            ended: Some(Duration::from_millis(1_600)),
            failure: Some("connection reset".to_owned()),
            ..Exchange::default()
        };
        let archive = archive(&[lost], SystemTime::UNIX_EPOCH);
        let entry = &archive["log"]["entries"][0];
        assert_eq!(entry["startedDateTime"], "1970-01-01T00:00:01.500Z");
        assert_eq!(entry["response"]["status"], 0);
        assert_eq!(entry["response"]["_error"], "connection reset");
        assert_eq!(entry["request"]["queryString"][0]["value"], "1");
        assert_eq!(entry["timings"]["wait"], 100.0);
    }
}
