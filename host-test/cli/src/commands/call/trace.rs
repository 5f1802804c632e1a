//! The requests of a call as a file for browsers' developer tools: [HAR
//! 1.2](http://www.softwareishard.com/blog/har-12-spec/). The host has already hidden the secrets.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use host_test::{Exchange, Message, Recorder};
use serde_json::{Value, json};

/// A file for the requests of one call.
pub(super) struct Trace {
    file: File,
    path: String,
    began: DateTime<Utc>,
    pub(super) recorder: Recorder,
}

impl Trace {
    /// Creates the file before the call starts, so that no write happens without its trace.
    #[expect(clippy::disallowed_methods, reason = "a trace records the time of its requests")]
    pub(super) fn create(path: &str) -> Result<Self, String> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        // The file contains the organization's data.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(path)
            .map_err(|error| format!("cannot write the trace `{path}`: {error}"))?;
        let began = DateTime::<Utc>::from(SystemTime::now());
        Ok(Trace { file, path: path.to_owned(), began, recorder: Recorder::new() })
    }

    /// Writes the recorded requests.
    pub(super) fn end(mut self) -> Result<(), String> {
        let archive = archive(self.began, &self.recorder.exchanges());
        self.file
            .write_all(format!("{archive:#}\n").as_bytes())
            .map_err(|error| format!("cannot write the trace `{}`: {error}", self.path))
    }
}

fn archive(began: DateTime<Utc>, exchanges: &[Exchange]) -> Value {
    let entries: Vec<Value> = exchanges.iter().map(|exchange| entry(began, exchange)).collect();
    json!({"log": {
        "version": "1.2",
        "creator": {"name": "dynamics365-sales", "version": env!("CARGO_PKG_VERSION")},
        "entries": entries,
    }})
}

fn entry(began: DateTime<Utc>, exchange: &Exchange) -> Value {
    let started = began + exchange.sent;
    let answered = exchange.answered.or(exchange.ended).unwrap_or(exchange.sent);
    let ended = exchange.ended.unwrap_or(answered);
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (wait, receive) = (answered.saturating_sub(exchange.sent), ended.saturating_sub(answered));
    let mut entry = json!({
        "startedDateTime": started.to_rfc3339_opts(SecondsFormat::Millis, true),
        "time": milliseconds(wait + receive),
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(&exchange.request),
            "queryString": query(&exchange.url),
            "headersSize": -1,
            "bodySize": exchange.request.bytes,
        },
        "response": {
            // What browsers write for a missing response.
            "status": exchange.status.unwrap_or(0),
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(&exchange.response),
            "content": {
                "size": exchange.response.bytes,
                "mimeType": media_type(&exchange.response),
                "text": exchange.response.body,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": exchange.response.bytes,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds(wait), "receive": milliseconds(receive)},
    });
    if exchange.request.bytes > 0 {
        entry["request"]["postData"] = json!({
            "mimeType": media_type(&exchange.request),
            "text": exchange.request.body,
        });
    }
    if let Some(failure) = &exchange.failure {
        entry["response"]["_error"] = failure.as_str().into();
    }
    entry
}

fn headers(message: &Message) -> Vec<Value> {
    let headers = message.headers.iter();
    headers.map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn media_type(message: &Message) -> &str {
    let found = message.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    found.map_or("", |(_, value)| value.as_str())
}

fn query(url: &str) -> Vec<Value> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.map(|(name, value)| json!({"name": name, "value": value})).collect()
}
