//! The control interface: a web page at `/` and, under `/_sim`, endpoints with which a test
//! controls the organization.
//!
//! Dataverse has no such paths. Requests to them are not in the journal, need no token and are not
//! subject to faults.

mod page;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::clock::{Clock, Moment};
use crate::dataverse::{Dataverse, Snapshot};
use crate::fault::Fault;
use crate::journal::Entry;
use crate::query::filter::moment;
use crate::settings::Settings;

/// The state of the control interface.
pub(crate) struct Control {
    /// The organization's initial state.
    start: Snapshot,
    snapshots: BTreeMap<String, Snapshot>,
}

/// An endpoint as the index and the page list it.
pub(crate) struct Endpoint {
    pub(crate) request: &'static str,
    pub(crate) does: &'static str,
}

/// All endpoints.
pub(crate) const ENDPOINTS: [Endpoint; 20] = [
    endpoint("GET /_sim", "this list"),
    endpoint(
        "POST /_sim/reset",
        "resets everything: rows, settings and clock as at the start, no faults, an empty journal",
    ),
    endpoint("GET /_sim/faults", "the queued faults"),
    endpoint(
        "POST /_sim/faults",
        "queues one: the body is `PATCH appointments=reset-after-commit:2`",
    ),
    endpoint("DELETE /_sim/faults", "removes them all"),
    endpoint("GET /_sim/faults/names", "every named fault, with its meaning and evidence"),
    endpoint(
        "GET /_sim/journal",
        "the requests, without secrets; `?after=N` leaves out the first N",
    ),
    endpoint("DELETE /_sim/journal", "clears the journal"),
    endpoint("GET /_sim/clock", "the organization's time"),
    endpoint(
        "POST /_sim/clock",
        "`{\"set\": \"2026-03-01T09:00:00Z\"}`, `{\"advance\": 90}` in seconds, or `{\"system\": true}`",
    ),
    endpoint("GET /_sim/settings", "every setting, with its value, meaning and evidence"),
    endpoint("POST /_sim/settings", "changes settings: `{\"request_limit\": \"10\"}`"),
    endpoint("GET /_sim/tables", "the tables, with the number of their rows"),
    endpoint(
        "GET /_sim/rows",
        "all rows, as `--seed` reads them; `/_sim/rows/account` only those of a table",
    ),
    endpoint("PUT /_sim/rows", "replaces the rows of the tables in the body"),
    endpoint("GET /_sim/snapshots", "the names of the snapshots"),
    endpoint("PUT /_sim/snapshots/NAME", "saves the present rows, settings and clock"),
    endpoint("POST /_sim/snapshots/NAME/restore", "returns to this snapshot"),
    endpoint("POST /_sim/tokens", "a new access token"),
    endpoint("DELETE /_sim/tokens", "expires all access tokens"),
];

const fn endpoint(request: &'static str, does: &'static str) -> Endpoint {
    Endpoint { request, does }
}

/// A refused request to the control interface.
struct Refused(StatusCode, String);

type Answered = Result<Response<Bytes>, Refused>;

impl Control {
    /// The interface to a new organization.
    pub(crate) fn of(dataverse: &Dataverse) -> Self {
        Control { start: dataverse.snapshot(), snapshots: BTreeMap::new() }
    }

    /// Whether the control interface answers this path.
    pub(crate) fn is_for(path: &str) -> bool {
        path == "/" || path == "/_sim" || path.starts_with("/_sim/")
    }

    /// Answers a request.
    pub(crate) fn answer(
        &mut self,
        dataverse: &mut Dataverse,
        request: &Request<Bytes>,
    ) -> Response<Bytes> {
        let answered = if is_foreign(request) {
            let why = "a page of another origin may not use the control interface".to_owned();
            Err(Refused(StatusCode::FORBIDDEN, why))
        } else {
            self.route(dataverse, request)
        };
        answered.unwrap_or_else(|Refused(status, error)| {
            let mut response = said(&json!({ "error": error }));
            *response.status_mut() = status;
            response
        })
    }

    fn route(&mut self, dataverse: &mut Dataverse, request: &Request<Bytes>) -> Answered {
        let path = request.uri().path().trim_matches('/');
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let done = || Ok(said(&json!({ "done": true })));
        let method = request.method().as_str();
        match (method, segments.as_slice()) {
            ("GET", []) if path.is_empty() => Ok(page::answer(dataverse)),
            ("GET", []) => Ok(said(&index())),
            ("POST", ["reset"]) => {
                dataverse.restore(&self.start);
                dataverse.forget_faults();
                dataverse.journal_mut().clear();
                done()
            }
            ("GET", ["faults"]) => {
                let told: Vec<String> = dataverse.told_faults().map(ToString::to_string).collect();
                Ok(said(&json!({ "faults": told })))
            }
            ("GET", ["faults", "names"]) => Ok(said(&fault_names())),
            ("POST", ["faults"]) => {
                dataverse.tell_by_text(text(request)?.trim()).map_err(bad)?;
                done()
            }
            ("DELETE", ["faults"]) => {
                dataverse.forget_faults();
                done()
            }
            ("GET", ["journal"]) => journal(dataverse, request.uri().query().unwrap_or_default()),
            ("DELETE", ["journal"]) => {
                dataverse.journal_mut().clear();
                done()
            }
            ("GET", ["clock"]) => Ok(said(&clock(dataverse))),
            ("POST", ["clock"]) => {
                set_clock(dataverse, &object(request)?)?;
                Ok(said(&clock(dataverse)))
            }
            ("GET", ["settings"]) => Ok(said(&settings(&dataverse.world.settings))),
            ("POST", ["settings"]) => {
                set_settings(dataverse, &object(request)?)?;
                done()
            }
            ("GET", ["tables"]) => Ok(said(&tables(dataverse))),
            ("GET", ["rows"]) => {
                let all = dataverse.world.schema.tables.keys().map(String::as_str);
                Ok(whole(dataverse.world.dump(all), "application/json"))
            }
            ("GET", ["rows", table]) => rows(dataverse, table),
            ("PUT", ["rows"]) => {
                dataverse.world.load(text(request)?).map_err(bad)?;
                done()
            }
            ("GET", ["snapshots"]) => {
                let names: Vec<&String> = self.snapshots.keys().collect();
                Ok(said(&json!({ "snapshots": names })))
            }
            ("PUT", ["snapshots", name]) => {
                self.snapshots.insert((*name).to_owned(), dataverse.snapshot());
                done()
            }
            ("POST", ["snapshots", name, "restore"]) => {
                let snapshot = self.snapshots.get(*name).ok_or_else(|| no_snapshot(name))?;
                dataverse.restore(snapshot);
                done()
            }
            ("POST", ["tokens"]) => Ok(said(&json!({ "access_token": dataverse.issue_token() }))),
            ("DELETE", ["tokens"]) => {
                dataverse.expire_tokens();
                done()
            }
            _ => Err(nothing(request)),
        }
    }
}

/// Browsers name the origin of the requesting page; only the simulator's own is allowed.
fn is_foreign(request: &Request<Bytes>) -> bool {
    let value = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let own = value(header::HOST).unwrap_or_default();
    value(header::ORIGIN)
        .is_some_and(|origin| origin.split_once("://").map(|(_, host)| host) != Some(own))
}

fn bad(error: impl std::fmt::Display) -> Refused {
    Refused(StatusCode::BAD_REQUEST, error.to_string())
}

fn nothing(request: &Request<Bytes>) -> Refused {
    let (method, path) = (request.method(), request.uri().path());
    let known = ENDPOINTS
        .iter()
        .any(|endpoint| endpoint.request.split_once(' ').is_some_and(|(_, known)| known == path));
    let status = if known { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::NOT_FOUND };
    Refused(status, format!("unknown endpoint `{method} {path}` (`GET /_sim` lists all)"))
}

fn no_snapshot(name: &str) -> Refused {
    let error = format!("no snapshot `{name}` (`PUT /_sim/snapshots/{name}` saves one)");
    Refused(StatusCode::NOT_FOUND, error)
}

/// The body as text.
fn text(request: &Request<Bytes>) -> Result<&str, Refused> {
    std::str::from_utf8(request.body()).map_err(|_| bad("the body is not UTF-8"))
}

/// The body as a JSON object.
fn object(request: &Request<Bytes>) -> Result<serde_json::Map<String, Value>, Refused> {
    serde_json::from_slice(request.body())
        .map_err(|error| bad(format!("the body is not a JSON object: {error}")))
}

fn said(value: &Value) -> Response<Bytes> {
    whole(format!("{value:#}\n"), "application/json")
}

fn whole(text: String, kind: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn index() -> Value {
    let lines = ENDPOINTS.iter().map(|own| (own.request.to_owned(), Value::from(own.does)));
    Value::Object(lines.collect())
}

fn fault_names() -> Value {
    let all = Fault::names().into_iter().map(|known| {
        json!({
            "name": known.name,
            "meaning": known.meaning,
            "evidence": known.evidence.to_string(),
        })
    });
    json!({ "faults": all.collect::<Vec<_>>() })
}

fn journal(dataverse: &Dataverse, query: &str) -> Answered {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let after = match pairs.find(|(name, _)| name == "after") {
        None => 0,
        Some((_, number)) => number
            .parse()
            .map_err(|_| bad(format!("`after={number}` is not a number of requests")))?,
    };
    let entries: Vec<Value> = dataverse.journal().iter().skip(after).map(entry).collect();
    Ok(said(&json!({ "requests": entries, "total": dataverse.journal().len() })))
}

fn entry(entry: &Entry) -> Value {
    let headers = entry.headers.iter();
    let headers: Vec<Value> =
        headers.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "status": entry.status,
        "headers": headers,
        "body": entry.body,
    })
}

fn clock(dataverse: &Dataverse) -> Value {
    let now = Moment::new(dataverse.world.now()).to_string();
    json!({ "now": now, "system": dataverse.world.clock == Clock::System })
}

fn set_clock(
    dataverse: &mut Dataverse,
    told: &serde_json::Map<String, Value>,
) -> Result<(), Refused> {
    let expected = "expected `set` with a time, `advance` with seconds, or `system` with true";
    let mut members = told.iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        return Err(bad(format!("the clock takes one member ({expected})")));
    };
    let now = dataverse.world.now();
    dataverse.world.clock = match (name.as_str(), value) {
        ("set", Value::String(text)) => Clock::Fixed(
            moment(text)
                .ok_or_else(|| bad(format!("`{text}` is not a time with an offset or `Z`")))?,
        ),
        ("advance", Value::Number(seconds)) => {
            let by = seconds.as_u64().ok_or_else(|| bad("the clock only goes forward"))?;
            let mut clock = Clock::Fixed(now);
            clock.advance(Duration::from_secs(by));
            clock
        }
        ("system", Value::Bool(true)) => Clock::System,
        _ => return Err(bad(format!("`{name}` is not understood ({expected})"))),
    };
    Ok(())
}

fn settings(settings: &Settings) -> Value {
    let values = settings.values();
    let all = Settings::names().into_iter().zip(values).map(|(known, (_, value))| {
        json!({
            "name": known.name,
            "value": value,
            "default": known.default,
            "values": known.values,
            "evidence": known.evidence.to_string(),
            "meaning": known.meaning,
        })
    });
    json!({ "settings": all.collect::<Vec<_>>() })
}

/// All tables, or none.
fn set_settings(
    dataverse: &mut Dataverse,
    told: &serde_json::Map<String, Value>,
) -> Result<(), Refused> {
    let mut settings = dataverse.world.settings.clone();
    for (name, value) in told {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        settings.set_by_name(name, &text).map_err(bad)?;
    }
    dataverse.world.settings = settings;
    Ok(())
}

fn tables(dataverse: &Dataverse) -> Value {
    let world = &dataverse.world;
    let all = world.schema.tables.values().map(|table| {
        json!({
            "name": table.logical_name,
            "set": table.set_name,
            "key": table.primary_id,
            "label": table.primary_name,
            "rows": world.count(&table.logical_name),
        })
    });
    json!({ "tables": all.collect::<Vec<_>>() })
}

fn rows(dataverse: &Dataverse, table: &str) -> Answered {
    if !dataverse.world.schema.tables.contains_key(table) {
        let error = format!("no table `{table}` (`GET /_sim/tables` lists them)");
        return Err(Refused(StatusCode::NOT_FOUND, error));
    }
    Ok(whole(dataverse.world.dump([table]), "application/json"))
}

#[cfg(test)]
mod tests;
