//! The shape of a value, without the value: all that a report says about an organization's values.

use serde_json::Value;

use crate::organization::other_spelling;

/// The shape of a value in a body.
pub(crate) fn of_value(value: Option<&Value>, origin: &str) -> &'static str {
    match value {
        None => "absent",
        Some(Value::Null) => "null",
        Some(Value::Bool(true)) => "true",
        Some(Value::Bool(false)) => "false",
        Some(Value::Number(number)) if number.is_f64() => "fraction",
        Some(Value::Number(_)) => "whole number",
        Some(Value::Array(items)) if items.is_empty() => "empty list",
        Some(Value::Array(_)) => "list",
        Some(Value::Object(_)) => "object",
        Some(Value::String(text)) => of_text(text, origin),
    }
}

/// The shape of a text.
pub(crate) fn of_text(text: &str, origin: &str) -> &'static str {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.is_empty() {
        "empty text"
    } else if let Some(rest) = text.strip_prefix(origin)
        && (rest.is_empty() || rest.starts_with('/'))
    {
        "link to the organization"
    } else if other_spelling(origin).is_some_and(|other| text.starts_with(&format!("{other}/"))) {
        "link to the other spelling of the host"
    } else if text.starts_with("https://") || text.starts_with("http://") {
        "link elsewhere"
    } else if uuid::Uuid::try_parse(text).is_ok() && text.len() == 36 {
        "id"
    } else if digits(text) {
        "digits"
    } else if digits(&text.replacen('.', "", 1)) {
        "digits with a fraction"
    } else if digits(&text.replace(',', "").replacen('.', "", 1)) {
        "digits with commas"
    } else if is_moment(text) {
        "moment in UTC"
    } else if text.starts_with("W/\"") {
        "weak etag"
    } else {
        "text"
    }
}

/// `2026-03-01T10:00:00Z`
fn is_moment(text: &str) -> bool {
    let pattern = "dddd-dd-ddTdd:dd:ddZ";
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(own, wanted)| match wanted {
            b'd' => own.is_ascii_digit(),
            other => own == other,
        })
}

/// A code for the report: the code itself if it has a known form (`0x80040217`, `invalid_client`).
pub(crate) fn code(text: &str) -> String {
    let is_number = text
        .strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    if is_number || SIGN_IN_CODES.contains(&text) {
        text.to_owned()
    } else if text.is_empty() {
        "empty".to_owned()
    } else {
        "of another form".to_owned()
    }
}

const SIGN_IN_CODES: [&str; 10] = [
    "invalid_request",
    "invalid_grant",
    "unauthorized_client",
    "invalid_client",
    "unsupported_grant_type",
    "invalid_resource",
    "interaction_required",
    "temporarily_unavailable",
    "consent_required",
    "invalid_scope",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_texts() {
        let origin = "https://org.crm.dynamics.com";
        for (text, shape) in [
            ("", "empty text"),
            ("https://org.crm.dynamics.com/api", "link to the organization"),
            ("https://org.crm.dynamics.com.example.com/", "link elsewhere"),
            ("https://org.api.crm.dynamics.com/api", "link to the other spelling of the host"),
            ("5999", "digits"),
            ("1199.97", "digits with a fraction"),
            ("1,199.97", "digits with commas"),
            ("2026-02-20T12:00:00Z", "moment in UTC"),
            ("7341c0c1-3343-430b-98ea-292567ed4776", "id"),
            ("7341C0C1-3343-430B-98EA-292567ED4776", "id"),
            ("W/\"123\"", "weak etag"),
            ("Contoso", "text"),
        ] {
            assert_eq!(of_text(text, origin), shape, "{text}");
        }
    }

    #[test]
    fn recognizes_a_code_by_its_form() {
        for text in ["0x80040217", "invalid_client"] {
            assert_eq!(code(text), text);
        }
        assert_eq!(code(""), "empty");
        for text in ["0x8004021", "0x80040217 ", "Contoso"] {
            assert_eq!(code(text), "of another form", "{text}");
        }
    }
}
