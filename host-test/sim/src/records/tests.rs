//! Requests and answers from a client's view.

mod appointments;
mod conditions;
mod lists;
mod multiple;
mod payloads;
mod reads;
mod writes;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method};
use serde_json::Value;

use super::answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::world::World;

/// An answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The values of one member, over all rows.
    fn column(&self, name: &str) -> Vec<Value> {
        self.json()["value"].as_array().unwrap().iter().map(|row| row[name].clone()).collect()
    }
}

/// Sends a request such as `GET accounts?$top=1` with headers and a body, and returns the answer.
fn send(
    world: &mut World,
    line: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Answer, Problem> {
    let (method, path) = line.split_once(' ').unwrap();
    let path = path.strip_prefix("https://org.crm.dynamics.com/api/data/v9.2/").unwrap_or(path);
    let (resource, query) = path.split_once('?').unwrap_or((path, ""));
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    if !body.is_empty() && !map.contains_key("content-type") {
        map.insert("content-type", "application/json; charset=utf-8".parse().unwrap());
    }
    let exchange = Exchange {
        method: method.parse::<Method>().unwrap(),
        origin: "https://org.crm.dynamics.com".to_owned(),
        version: "v9.2".to_owned(),
        resource: resource.to_owned(),
        query: query.to_owned(),
        headers: map,
        body: Bytes::from(body.to_owned()),
    };
    let reply = answer(world, &exchange)?;
    let text = reply.body.map(|body| body.into_bytes()).unwrap_or_default();
    Ok(Answer {
        status: reply.status.as_u16(),
        headers: reply.headers,
        text: String::from_utf8(text.to_vec()).unwrap(),
    })
}

fn get(world: &mut World, path: &str) -> Answer {
    send(world, &format!("GET {path}"), &[], "").unwrap()
}

fn get_preferring(world: &mut World, path: &str, preference: &str) -> Answer {
    send(world, &format!("GET {path}"), &[("Prefer", preference)], "").unwrap()
}

/// The status, code and text of a refusal.
fn refusal(world: &mut World, line: &str, body: &str) -> (u16, String, String) {
    let refusal = send(world, line, &[], body).unwrap_err();
    (refusal.status.as_u16(), refusal.code, refusal.message)
}
