//! Reads the output of `plugin.invoke` leniently.
//!
//! The component passes rows on as Dataverse sent them, and JSON's grammar allows values that many
//! readers refuse: half a surrogate pair, `1e400`, 130 nested lists. A reader that refused the
//! output for such a value would turn a success, perhaps a write, into a failure. So read only the
//! members you need, and pass the text on unchanged.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

/// Whether an action succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Outcome {
    /// Whether it succeeded.
    pub success: bool,
    /// The reason for the failure.
    pub error: Option<String>,
}

impl Outcome {
    /// Reads it from any output; `None` if the text is not an action's output.
    ///
    /// ```
    /// let answer = r#"{"success":true,"error":null,"account":{"name":"cut \ud83d","revenue":1e400}}"#;
    /// assert!(host_test::Outcome::of(answer).unwrap().success);
    /// ```
    pub fn of(answer: &str) -> Option<Outcome> {
        // serde skips all other members without checking their values.
        serde_json::from_str(answer).or_else(|_| serde_json::from_str(&legible(answer))).ok()
    }
}

/// The whole output as a value, to show or inspect it. U+FFFD replaces invalid Unicode; numbers too
/// large for a double and values nested too deep become text.
///
/// # Errors
///
/// Fails if the text is not JSON.
pub fn value(answer: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(answer).or_else(|_| serde_json::from_str(&legible(answer)))
}

/// `serde_json` accepts 127 levels.
const DEEPEST: usize = 100;

/// The same JSON in a form that every reader accepts. Invalid JSON stays invalid.
fn legible(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 8);
    let mut rest = json;
    let mut depth = 0_usize;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string(rest),
            '-' | '0'..='9' => rest
                .find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'))
                .unwrap_or(rest.len()),
            '[' | '{' if depth == DEEPEST => nested(rest),
            other => other.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match first {
            '"' => out.push_str(&unicode(token)),
            '-' | '0'..='9' if token.parse().is_ok_and(|number: f64| !number.is_finite()) => {
                out.push('"');
                out.push_str(token);
                out.push('"');
            }
            '[' | '{' if depth == DEEPEST => out.push_str(&Value::from(token).to_string()),
            _ => {
                match first {
                    '[' | '{' => depth += 1,
                    ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                out.push_str(token);
            }
        }
        rest = after;
    }
    out
}

/// The length of the string at the start of the text.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |at| at + 2)
}

/// The length of the list or object at the start of the text.
fn nested(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(&byte) = text.as_bytes().get(at) {
        at += match byte {
            b'"' => string(&text[at..]),
            _ => 1,
        };
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The string with `\ufffd` in place of each unpaired surrogate.
fn unicode(string: &str) -> Cow<'_, str> {
    if !string.contains("\\u") {
        return Cow::Borrowed(string);
    }
    let mut out = String::with_capacity(string.len());
    let mut rest = string;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (surrogate(rest), rest.get(6..).and_then(surrogate)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(_), _) => {
                out.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // A backslash and the escaped character.
            (None, _) => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The half of a surrogate pair at the start of the text.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|unit| (0xD800..=0xDFFF).contains(unit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_json_that_others_refuse() {
        let deep = format!("{}1{}", "[".repeat(130), "]".repeat(130));
        for (row, shown) in [
            (r#""cut \ud83d""#, json!("cut \u{fffd}")),
            (r#""\ude00\ud83d\ude00\\ud83d""#, json!("\u{fffd}\u{1f600}\\ud83d")),
            (r#"{"\udc00":-1E+400}"#, json!({"\u{fffd}": "-1E+400"})),
            ("\"\u{7f}\u{2028}\\u0000\"", json!("\u{7f}\u{2028}\0")),
            (r#"{"":{"a":1,"a":2}}"#, json!({"": {"a": 2}})),
        ] {
            let answer = format!(r#"{{"success":true,"error":null,"rows":[{row}]}}"#);
            assert_eq!(Outcome::of(&answer), Some(Outcome { success: true, error: None }), "{row}");
            assert_eq!(value(&answer).unwrap()["rows"][0], shown);
        }
        let answer = format!(r#"{{"success":true,"error":null,"rows":[{deep}]}}"#);
        assert!(Outcome::of(&answer).unwrap().success);
        let mut inner = &value(&answer).unwrap()["rows"];
        for _ in 0..99 {
            inner = &inner[0];
        }
        assert_eq!(inner.as_str(), Some(&deep[98..deep.len() - 98]));
    }

    #[test]
    fn failures_stay_failures_and_invalid_json_stays_invalid() {
        let failed = Outcome::of(r#"{"success":false,"error":"it says: \ud83d","row":1e400}"#);
        let error = Some("it says: \u{fffd}".to_owned());
        assert_eq!(failed, Some(Outcome { success: false, error }));
        for text in ["", "{", "\"", "\"\\", "[[", "<html>", "{\"success\":\"yes\"}", "\"\\ud8"] {
            assert_eq!(Outcome::of(text), None, "{text}");
            let _ = value(text);
        }
    }
}
