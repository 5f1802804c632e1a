//! Reads a client's messages before the SDK does: every request gets an answer, and arguments keep
//! their digits.
//!
//! The SDK ignores a line that is not JSON, and its values are 64-bit floating-point numbers. Here
//! a message is split first. Errors are answered with the request's id, if it can be found; the
//! arguments of a call pass through the SDK as text.

use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};
use serde_json::Value;

use super::members::{self, Members};

/// The maximum message size in bytes, which is the SDK's own limit.
pub(super) const LONGEST: usize = 16 << 20;

/// The only member with which the text of a call's arguments passes through the SDK.
pub(super) const ARGUMENTS: &str = "arguments as text";

const PARSE: i32 = -32700;
const REQUEST: i32 = -32600;
const PARAMETERS: i32 = -32602;

/// The protocol's requests. If the SDK treats one as unknown, its parameters do not fit.
const METHODS: [&str; 12] = [
    "completion/complete",
    "initialize",
    "logging/setLevel",
    "ping",
    "prompts/get",
    "prompts/list",
    "resources/list",
    "resources/read",
    "resources/subscribe",
    "resources/templates/list",
    "tools/call",
    "tools/list",
];

/// A message that the SDK can read.
#[derive(Debug)]
pub(super) struct Message {
    /// The message as JSON.
    pub(super) text: String,
    /// The same in the SDK's form.
    pub(super) parsed: ClientJsonRpcMessage,
}

/// The reason why a message is not passed on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The reason.
    pub(super) reason: String,
    /// The answer; `None` for a notification or a response.
    pub(super) answer: Option<String>,
}

/// Reads one message.
pub(super) fn read(bytes: &[u8]) -> Result<Message, Refusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Ok(json) = std::str::from_utf8(bytes) else {
        let lossy = String::from_utf8_lossy(bytes);
        let (_, envelope) = take_apart(&lossy);
        return Err(refuse(id(&envelope), PARSE, "the message is not UTF-8"));
    };
    let (read, envelope) = take_apart(json);
    if let Err(error) = read {
        if serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok() {
            let reason = format!("the message is {}; expected an object", members::kind(json));
            return Err(refuse(None, REQUEST, &reason));
        }
        return Err(refuse(id(&envelope), PARSE, &format!("the message is not JSON: {error}")));
    }
    let is_answer = member(&envelope, "method").is_none()
        && (member(&envelope, "result").is_some() || member(&envelope, "error").is_some());
    if is_answer {
        return passed_on(json.to_owned(), None, true);
    }
    request(json, envelope)
}

/// Refuses a message longer than [`LONGEST`], given its length, start and end.
pub(super) fn refuse_long(length: usize, start: &[u8], end: &[u8]) -> Refusal {
    let reason = format!("the message has {length} bytes (at most {LONGEST})");
    let start = String::from_utf8_lossy(start);
    let (_, envelope) = take_apart(&start);
    let end = String::from_utf8_lossy(end);
    refuse(id(&envelope).or_else(|| last_id(&end)), REQUEST, &reason)
}

fn request(json: &str, envelope: Members<'_>) -> Result<Message, Refusal> {
    let named = id(&envelope);
    let wrong = |reason: &str| refuse(named, REQUEST, reason);
    if member(&envelope, "jsonrpc").and_then(members::text).as_deref() != Some("2.0") {
        return Err(wrong("`jsonrpc` must be \"2.0\""));
    }
    let Some(method) = member(&envelope, "method").and_then(members::text) else {
        return Err(wrong("`method` must be a text"));
    };
    let Some(given) = member(&envelope, "id") else {
        return passed_on(json.to_owned(), None, true);
    };
    let is_integer = given.parse::<i64>().is_ok();
    if !is_integer && members::text(given).is_none() {
        let reason = format!("`id` is {}; expected a text or an integer", members::kind(given));
        return Err(wrong(&reason));
    }
    let mut text = json.to_owned();
    if method == "tools/call" {
        let parameters = member(&envelope, "params");
        let call = call(parameters).map_err(|reason| refuse(named, PARAMETERS, &reason))?;
        let rest = envelope.iter().filter(|(name, _)| name != "params");
        let rest = rest.map(|(name, value)| (name.as_str(), value.get()));
        text = members::object(rest.chain([("params", call.as_str())]));
    }
    let message = passed_on(text, named, false)?;
    if let JsonRpcMessage::Request(asked) = &message.parsed
        && matches!(asked.request, ClientRequest::CustomRequest(_))
        && METHODS.contains(&method.as_str())
    {
        let reason = format!("the parameters of `{method}` are not those of the protocol");
        return Err(refuse(named, PARAMETERS, &reason));
    }
    Ok(message)
}

/// The parameters of a call, with its arguments as text.
fn call(parameters: Option<&str>) -> Result<String, String> {
    const EXAMPLE: &str = r#"{"name": "list_accounts", "arguments": {}}"#;
    let Some(parameters) = parameters else {
        return Err(format!("`params` is missing (expected an object such as `{EXAMPLE}`)"));
    };
    let Some(list) = members::members(parameters) else {
        let kind = members::kind(parameters);
        return Err(format!("`params` is {kind}; expected an object such as `{EXAMPLE}`"));
    };
    match member(&list, "name") {
        None => return Err(format!("`name` is missing (expected an object such as `{EXAMPLE}`)")),
        Some(name) if members::text(name).is_none() => {
            let kind = members::kind(name);
            return Err(format!("`name` is {kind}; expected the name of a tool as a text"));
        }
        Some(_) => {}
    }
    let arguments = arguments(member(&list, "arguments"))?;
    let arguments = members::object([(ARGUMENTS, members::quoted(&arguments))]);
    let rest = list.iter().filter(|(name, _)| name != "arguments");
    let rest = rest.map(|(name, value)| (name.as_str(), value.get()));
    Ok(members::object(rest.chain([("arguments", arguments.as_str())])))
}

/// The arguments: an object, or text that contains one, as some models write it.
fn arguments(given: Option<&str>) -> Result<String, String> {
    let given = given.unwrap_or("null");
    let object = match members::kind(given) {
        "null" => "{}".to_owned(),
        "an object" => given.to_owned(),
        "a text" => {
            let text: String = serde_json::from_str(given)
                .map_err(|error| format!("`arguments` cannot be read: {error}"))?;
            match text.trim() {
                "" => "{}".to_owned(),
                text if text.starts_with('{') => text.to_owned(),
                _ => return Err("`arguments` is a text; expected an object, such as `{}`".into()),
            }
        }
        kind => return Err(format!("`arguments` is {kind}; expected an object, such as `{{}}`")),
    };
    // Only to refuse invalid values: a number with 400 digits, half a surrogate pair, 130 levels.
    match serde_json::from_str::<Value>(&object) {
        Ok(_) => Ok(object),
        Err(error) => Err(format!("`arguments` cannot be read: {error}")),
    }
}

fn passed_on(text: String, id: Option<&str>, needs_no_answer: bool) -> Result<Message, Refusal> {
    match serde_json::from_str(&text) {
        Ok(parsed) => Ok(Message { text, parsed }),
        Err(error) => {
            let reason = format!("the message is not one of the protocol: {error}");
            let mut refusal = refuse(id, REQUEST, &reason);
            if needs_no_answer {
                refusal.answer = None;
            }
            Err(refusal)
        }
    }
}

fn refuse(id: Option<&str>, code: i32, reason: &str) -> Refusal {
    let error = members::object([("code", code.to_string()), ("message", members::quoted(reason))]);
    let answer = members::object([
        ("jsonrpc", "\"2.0\""),
        ("id", id.unwrap_or("null")),
        ("error", error.as_str()),
    ]);
    Refusal { reason: reason.to_owned(), answer: Some(answer) }
}

fn take_apart(json: &str) -> (Result<(), serde_json::Error>, Members<'_>) {
    let mut envelope = Members::new();
    (members::read_members(json, &mut envelope), envelope)
}

fn member<'a>(list: &Members<'a>, name: &str) -> Option<&'a str> {
    list.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.get())
}

/// The id as written, if valid.
fn id<'a>(envelope: &Members<'a>) -> Option<&'a str> {
    member(envelope, "id")
        .filter(|id| members::kind(id) == "a number" || members::text(id).is_some())
}

/// The id at the end of a message: the last member of its object.
fn last_id(end: &str) -> Option<&str> {
    let end = end.trim_end().strip_suffix('}')?;
    let (_, id) = end.rsplit_once("\"id\"")?;
    let id = id.trim_start().strip_prefix(':')?.trim();
    (id.parse::<i64>().is_ok() || members::text(id).is_some()).then_some(id)
}

#[cfg(test)]
mod tests;
