//! Routes: from path and method to a response.

use http::StatusCode;
use serde_json::Value;
use waki::{Method, Request};

use crate::answer::Answer;
use crate::problem::Problem;
use crate::{body, contract, key, openapi};

/// Answers any request.
pub(crate) fn answer(request: &Request) -> Answer {
    respond(request).unwrap_or_else(Answer::from)
}

fn respond(request: &Request) -> Result<Answer, Problem> {
    let path = request.path();
    if path == "/healthz" {
        reads(request)?;
        return Ok(Answer::json(r#"{"status":"ok"}"#.to_owned()));
    }
    // The key comes first: without it, a client learns nothing about the paths.
    key::check(request.headers())?;
    match path {
        "/actions" => {
            reads(request)?;
            Ok(Answer::json(contract::describe()))
        }
        "/openapi.json" => {
            reads(request)?;
            Ok(Answer::json(openapi::document(&manifest()?).to_string()))
        }
        _ => {
            let action = action(path)?;
            if !matches!(request.method(), Method::Post) {
                return Err(Problem::method("POST"));
            }
            let input = body::read(request)?;
            Ok(Answer::json(contract::run(action, &input)?))
        }
    }
}

fn reads(request: &Request) -> Result<(), Problem> {
    match request.method() {
        Method::Get | Method::Head => Ok(()),
        _ => Err(Problem::method("GET, HEAD")),
    }
}

/// The action that the path names.
fn action(path: &str) -> Result<&str, Problem> {
    let Some(name) = path.strip_prefix("/actions/") else {
        let paths = "`/healthz`, `/actions`, `/actions/<action>`, `/openapi.json`";
        let detail = format!("unknown path (expected {paths})");
        return Err(Problem::new(StatusCode::NOT_FOUND, detail));
    };
    let manifest = manifest()?;
    let mut names = openapi::actions(&manifest).filter_map(|action| action["name"].as_str());
    if names.any(|known| known == name) {
        return Ok(name);
    }
    let detail = "unknown action (`GET /actions` lists the actions)";
    Err(Problem::new(StatusCode::NOT_FOUND, detail))
}

fn manifest() -> Result<Value, Problem> {
    serde_json::from_str(&contract::describe())
        .map_err(|_| Problem::new(StatusCode::BAD_GATEWAY, "the connector's manifest is not JSON"))
}
