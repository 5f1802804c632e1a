//! JSON that passes through the SDK unchanged: the SDK's own values would round numbers.

use std::borrow::Cow;

use serde_json::Value;

use super::members;

/// The only member of the placeholder object for such JSON: the SDK passes on only objects. No
/// output of an action has it.
const MARK: &str = "\u{1}json";

/// Where its text begins in a serialized message.
const WRITTEN: &str = "\"structuredContent\":{\"\\u0001json\":";

/// The JSON as a value for `structuredContent` until the message is written.
pub(super) fn value(json: &str) -> Value {
    serde_json::json!({MARK: json})
}

/// A serialized message with the JSON in its place. Inside of a text its mark would be escaped once more.
pub(super) fn inlined(message: &str) -> Cow<'_, str> {
    let Some((before, rest)) = message.split_once(WRITTEN) else { return Cow::Borrowed(message) };
    let json = end_of_text(rest).and_then(|length| {
        let json = members::text(&rest[..length])?;
        Some((json, rest[length..].strip_prefix('}')?))
    });
    match json {
        Some((json, after)) => Cow::Owned(format!("{before}\"structuredContent\":{json}{after}")),
        None => Cow::Borrowed(message),
    }
}

/// The length of the text literal at the start.
fn end_of_text(json: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_keeps_its_digits_in_a_message() {
        let row = r#"{"a":"x\"\\","revenue":922337203685477.5807}"#;
        let message = json!({
            "text": "\"structuredContent\":{\"\u{1}json\":\"{}\"}",
            "structuredContent": value(row),
            "isError": false,
        });
        let message = message.to_string();
        let inlined = inlined(&message);
        assert!(
            inlined.ends_with(&format!(r#""structuredContent":{row},"isError":false}}"#)),
            "{inlined}"
        );
        serde_json::from_str::<Value>(&inlined).unwrap();
    }

    #[test]
    fn other_messages_stay_unchanged() {
        let message = r#"{"structuredContent":{"a":1}}"#;
        assert_eq!(inlined(message), message);
    }
}
