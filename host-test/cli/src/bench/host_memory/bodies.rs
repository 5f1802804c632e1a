//! Responses from Dataverse or a server in front of it: ordinary pages, and bodies of many small
//! parts, for which a parser needs many times their size.

use bytes::Bytes;
use serde_json::json;

use super::{Effort, MeasureError};
use crate::bench::page::{self, FILTER};

/// A response, and the call that gets it.
pub(super) struct Body {
    pub(super) name: &'static str,
    pub(super) action: &'static str,
    pub(super) input: String,
    pub(super) status: u16,
    pub(super) bytes: Bytes,
}

impl Body {
    fn found(name: &'static str, bytes: Bytes) -> Self {
        let input = json!({"filter": FILTER}).to_string();
        Body { name, action: "find_contact", input, status: 200, bytes }
    }

    fn refused(name: &'static str, text: String) -> Self {
        let input =
            json!({"appointment_id": "a56b3f4b-1be7-e611-8101-e0071b6af231", "subject": "x"});
        let (action, input) = ("update_appointment", input.to_string());
        Body { name, action, input, status: 400, bytes: text.into() }
    }
}

/// 5,000 contacts.
pub(super) fn page(effort: Effort) -> Result<Body, MeasureError> {
    Ok(Body::found("contacts", page::body(effort.rows())?))
}

pub(super) fn odd(effort: Effort) -> Vec<Body> {
    let (some, more) = match effort {
        Effort::Full => (21 << 20, 60 << 20),
        Effort::Quick => (1 << 20, 1 << 20),
    };
    let rows = |row: &str| {
        let rows = joined(some, |_| row.to_owned());
        Bytes::from(format!(r#"{{"value":[{rows}]}}"#))
    };
    let row = |row: &str| Bytes::from(format!(r#"{{"value":[{row}]}}"#));
    let members = joined(some, |at| format!(r#""column{at}":1"#));
    let nulls = joined(some, |at| format!(r#""c{at}":null"#));
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let error =
        |message: &str| format!(r#"{{"error":{{"code":"0x80040217","message":"{message}"}}}}"#);
    vec![
        Body::found("`[]` rows", rows("[]")),
        Body::found("`{}` rows", rows("{}")),
        Body::found("rows of one column", rows(r#"{"a":1}"#)),
        Body::found("rows of a hundred lists in each other", rows(&deep)),
        Body::found("a row of a million columns", row(&format!("{{{members}}}"))),
        Body::found("a row of a million nulls", row(&format!("{{{nulls}}}"))),
        Body::found(
            "a list of numbers",
            row(&format!(r#"{{"a":[{}]}}"#, joined(some, |_| "1".to_owned()))),
        ),
        Body::found(
            "a text of line ends",
            row(&format!(r#"{{"a":"{}"}}"#, "\\n".repeat(some / 2))),
        ),
        Body::found(
            "a text of halves of pairs",
            row(&format!(r#"{{"a":"{}"}}"#, "\\ud83d".repeat(some / 6))),
        ),
        Body::found("a text beyond ASCII", row(&format!(r#"{{"a":"{}"}}"#, "é".repeat(some / 2)))),
        Body::refused("an error of 60 MiB", error(&"x".repeat(more))),
        Body::refused("an error of 60 MiB of line ends", error(&"\\n".repeat(more / 2))),
        Body::refused("a page of a proxy", format!("<html>{}</html>", "<p>x</p>".repeat(more / 8))),
    ]
}

/// This many bytes of comma-separated items.
fn joined(bytes: usize, item: impl Fn(usize) -> String) -> String {
    let mut joined = item(0);
    let mut at = 1;
    while joined.len() < bytes {
        joined.push(',');
        joined.push_str(&item(at));
        at += 1;
    }
    joined
}
