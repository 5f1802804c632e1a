//! `POST $batch`: several requests in one; change sets are all or nothing
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api)).

mod multipart;
mod request;

use http::{HeaderMap, Method, StatusCode};
use uuid::Uuid;

use crate::exchange::{Body, Exchange, Reply};
use crate::problem::Problem;
use crate::route;
use crate::world::World;
use multipart::Part;

/// The most requests in a batch (documented).
const MOST: usize = 1_000;

/// Answers one request.
pub(crate) type Handler = fn(&mut World, &Exchange) -> Result<Reply, Problem>;

/// Answers a batch; the handler answers each request in it.
pub(crate) fn answer(
    world: &mut World,
    exchange: &Exchange,
    handler: Handler,
) -> Result<Reply, Problem> {
    if exchange.method != Method::POST {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    let boundary = multipart::boundary(&exchange.headers).ok_or_else(|| {
        refused("The content type of a batch must be multipart/mixed with a boundary.")
    })?;
    let parts = multipart::parts(&exchange.body, &boundary)
        .ok_or_else(|| refused("The batch has no part or no closing boundary."))?;
    let go_on = exchange
        .headers
        .get_all("prefer")
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("continue-on-error")));
    let mut left = MOST;
    let mut written = Written::new("batchresponse", world.new_id());
    for part in &parts {
        let failed = match multipart::boundary(&part.headers) {
            Some(boundary) => {
                let inner = multipart::parts(&part.body, &boundary)
                    .ok_or_else(|| refused("The change set has no part or no closing boundary."))?;
                count(&mut left, inner.len())?;
                change_set(world, handler, exchange, &inner, &mut written)?
            }
            None => {
                count(&mut left, 1)?;
                let inner = request::read(exchange, &part.body, &[])?;
                let (text, failed) = run(world, handler, &inner);
                written.part(None, &text);
                failed
            }
        };
        if failed && !go_on {
            // The first failure ends the batch, and the whole answers 400 (documented).
            return Ok(written.finish(StatusCode::BAD_REQUEST));
        }
    }
    Ok(written.finish(StatusCode::OK))
}

fn refused(message: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "0x80060888", message)
}

fn count(left: &mut usize, requests: usize) -> Result<(), Problem> {
    *left = left.checked_sub(requests).ok_or_else(|| {
        // The code and text are not in the reference (inferred).
        refused("The batch request message contains more than 1000 operations.")
    })?;
    Ok(())
}

/// Runs a change set, all or nothing. Returns whether it failed.
fn change_set(
    world: &mut World,
    handler: Handler,
    exchange: &Exchange,
    parts: &[Part],
    written: &mut Written,
) -> Result<bool, Problem> {
    let before = world.rows.clone();
    let answered = change_all(world, handler, exchange, parts, written);
    if !matches!(answered, Ok(false)) {
        world.rows = before;
    }
    answered
}

/// Runs the requests of a change set in order. Returns whether one failed.
fn change_all(
    world: &mut World,
    handler: Handler,
    exchange: &Exchange,
    parts: &[Part],
    written: &mut Written,
) -> Result<bool, Problem> {
    let mut made: Vec<(String, String)> = Vec::new();
    let mut answers = Written::new("changesetresponse", world.new_id());
    for part in parts {
        let id = part
            .header("content-id")
            .ok_or_else(|| refused("Each request of a change set needs a Content-ID."))?;
        let inner = request::read(exchange, &part.body, &made)?;
        if inner.method == Method::GET {
            return Err(refused("A change set cannot contain a GET."));
        }
        if route::first_name(&inner.resource) == "EntityDefinitions" {
            return Err(Problem::not_modelled("A definition within a change set"));
        }
        let (text, failed) = run(world, handler, &inner);
        if failed {
            written.part(None, &text);
            return Ok(true);
        }
        let url = text.iter().find_map(|line| line.strip_prefix("OData-EntityId: "));
        let url = url.map_or_else(|| inner.resource.clone(), str::to_owned);
        made.push((id.clone(), url));
        answers.part(Some(&id), &text);
    }
    written.nested(&answers);
    Ok(false)
}

/// The head and body of one answer, line by line, and whether it is a refusal.
fn run(world: &mut World, handler: Handler, exchange: &Exchange) -> (Vec<String>, bool) {
    if exchange.resource.starts_with("$batch") || exchange.resource.starts_with("%24batch") {
        return failure(world, &refused("A batch cannot contain a batch."));
    }
    match handler(world, exchange) {
        Ok(reply) => (success(reply), false),
        Err(problem) => failure(world, &problem),
    }
}

fn status_line(status: StatusCode) -> String {
    format!("HTTP/1.1 {} {}", status.as_str(), status.canonical_reason().unwrap_or_default())
}

fn success(reply: Reply) -> Vec<String> {
    let mut lines = vec![status_line(reply.status)];
    let own_type = reply.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if reply.body.is_some() && !own_type {
        lines.push("Content-Type: application/json; odata.metadata=minimal".to_owned());
    }
    lines.push("OData-Version: 4.0".to_owned());
    lines.extend(reply.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.push(String::new());
    let body = reply.body.map(Body::into_bytes).unwrap_or_default();
    lines.push(String::from_utf8_lossy(&body).into_owned());
    lines
}

fn failure(world: &mut World, problem: &Problem) -> (Vec<String>, bool) {
    let error = serde_json::json!({"code": problem.code, "message": problem.message});
    let lines = vec![
        status_line(problem.status),
        format!("REQ_ID: {}", world.new_id()),
        "Content-Type: application/json; odata.metadata=minimal".to_owned(),
        "OData-Version: 4.0".to_owned(),
        String::new(),
        serde_json::json!({ "error": error }).to_string(),
    ];
    (lines, true)
}

/// A multipart answer under construction.
struct Written {
    boundary: String,
    text: String,
}

impl Written {
    fn new(kind: &str, id: Uuid) -> Self {
        Written { boundary: format!("{kind}_{id}"), text: String::new() }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str("\r\n");
    }

    fn part(&mut self, content_id: Option<&str>, lines: &[String]) {
        self.line(&format!("--{}", self.boundary));
        self.line("Content-Type: application/http");
        self.line("Content-Transfer-Encoding: binary");
        if let Some(id) = content_id {
            self.line(&format!("Content-ID: {id}"));
        }
        self.line("");
        for line in lines {
            self.line(line);
        }
    }

    fn nested(&mut self, inner: &Written) {
        self.line(&format!("--{}", self.boundary));
        self.line(&format!("Content-Type: multipart/mixed; boundary={}", inner.boundary));
        self.line("");
        self.text.push_str(&inner.text);
        self.line(&format!("--{}--", inner.boundary));
    }

    fn finish(mut self, status: StatusCode) -> Reply {
        self.line(&format!("--{}--", self.boundary));
        let kind = format!("multipart/mixed; boundary={}", self.boundary);
        let mut reply = Reply::written(self.text.into_bytes()).with("Content-Type", kind);
        reply.status = status;
        reply
    }
}

/// The value of a header, if it is text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
