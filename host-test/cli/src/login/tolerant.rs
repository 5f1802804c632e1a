//! The only parser of the sign-in service's responses. Deployments write their numbers in several
//! ways, and some write impossible ones: all are read, within limits.

use host_test::UnansweredError;
use oauth2::HttpResponse;
use serde_json::{Map, Value};

/// The maximum assumed lifetime of a token or a code, in seconds: a year.
const LONGEST_LIFE: u64 = 365 * 24 * 3_600;
/// The assumed lifetime of a device code without one: that of Microsoft's.
const USUAL_CODE_LIFE: u64 = 900;
/// The limits of the polling interval in seconds, and RFC 8628's default.
const POLLS: (u64, u64, u64) = (1, 60, 5);

/// The response in the protocol's own form.
pub(super) fn tolerant(answer: HttpResponse) -> HttpResponse {
    let (head, body) = answer.into_parts();
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
    let body = match serde_json::from_slice::<Map<String, Value>>(text) {
        Ok(mut members) => {
            regular(&mut members);
            Value::Object(members).to_string().into_bytes()
        }
        Err(_) => body,
    };
    HttpResponse::from_parts(head, body)
}

/// The response to a poll: a busy or unavailable service means to poll less often, not the end of
/// the sign-in.
pub(super) fn poll(
    answer: Result<HttpResponse, UnansweredError>,
) -> Result<HttpResponse, UnansweredError> {
    let answer = tolerant(answer?);
    let status = answer.status();
    if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
        let (mut head, _) = answer.into_parts();
        head.status = http::StatusCode::BAD_REQUEST;
        return Ok(HttpResponse::from_parts(head, br#"{"error":"slow_down"}"#.to_vec()));
    }
    Ok(answer)
}

fn regular(members: &mut Map<String, Value>) {
    let is_device_code = members.contains_key("device_code");
    if members.contains_key("expires_in") || is_device_code {
        let life = members.get("expires_in").and_then(seconds).filter(|life| *life > 0);
        match life.or_else(|| is_device_code.then_some(USUAL_CODE_LIFE)) {
            Some(life) => members.insert("expires_in".to_owned(), life.min(LONGEST_LIFE).into()),
            None => members.remove("expires_in"),
        };
    }
    if is_device_code {
        let (least, most, usual) = POLLS;
        let interval = members.get("interval").and_then(seconds).unwrap_or(usual);
        members.insert("interval".to_owned(), interval.clamp(least, most).into());
    }
    if members.contains_key("access_token")
        && !members.get("token_type").is_some_and(Value::is_string)
    {
        members.insert("token_type".to_owned(), "Bearer".into());
    }
    for optional in ["scope", "refresh_token"] {
        if members.get(optional).is_some_and(|value| !value.is_string()) {
            members.remove(optional);
        }
    }
}

/// Whole seconds, from a number or its text.
fn seconds(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| !number.is_nan())?;
    // Too large a number becomes the largest, too small a one becomes none.
    if number >= 1e15 {
        return Some(u64::MAX);
    }
    format!("{:.0}", number.floor()).parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &str) -> Value {
        let answer = http::Response::new(body.as_bytes().to_vec());
        serde_json::from_slice(tolerant(answer).body()).unwrap()
    }

    #[test]
    fn reads_a_lifetime_in_every_form_within_limits() {
        for (written, life) in [
            ("3599", json!(3599)),
            ("\"3599\"", json!(3599)),
            ("3599.9", json!(3599)),
            ("\"3599.5\"", json!(3599)),
            ("3.6e3", json!(3600)),
            ("18446744073709551615", json!(LONGEST_LIFE)),
            ("99999999999999999999999", json!(LONGEST_LIFE)),
            ("1e300", json!(LONGEST_LIFE)),
            ("0", Value::Null),
            ("-1", Value::Null),
            ("null", Value::Null),
            ("\"soon\"", Value::Null),
            ("[]", Value::Null),
        ] {
            let token = read(&format!(r#"{{"access_token":"a","expires_in":{written}}}"#));
            assert_eq!(token["expires_in"], life, "{written}");
            assert_eq!(token["token_type"], "Bearer");
            let code = read(&format!(r#"{{"device_code":"a","expires_in":{written}}}"#));
            let life = if life.is_null() { json!(USUAL_CODE_LIFE) } else { life };
            assert_eq!(code["expires_in"], life, "{written}");
        }
    }

    #[test]
    fn reads_an_interval_in_every_form_within_limits() {
        for (written, interval) in
            [("\"7\"", 7), ("7.9", 7), ("0", 1), ("-3", 5), ("1e18", 60), ("null", 5), ("{}", 5)]
        {
            let code = read(&format!(r#"{{"device_code":"a","interval":{written}}}"#));
            assert_eq!(code["interval"], interval, "{written}");
        }
        assert_eq!(read(r#"{"device_code":"a"}"#)["interval"], 5);
    }

    #[test]
    fn reads_text_with_a_byte_order_mark_and_keeps_other_text() {
        assert_eq!(read("\u{feff}{\"error\":\"x\"}"), json!({"error": "x"}));
        let page = http::Response::new(b"<html>".to_vec());
        assert_eq!(tolerant(page).body(), b"<html>");
    }

    #[test]
    fn a_busy_service_slows_down_polling() {
        for status in [429, 500, 502, 503, 504] {
            for body in ["<html>", "", r#"{"error":"temporarily_unavailable"}"#] {
                let mut answer = http::Response::new(body.as_bytes().to_vec());
                *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
                let answer = poll(Ok(answer)).unwrap();
                assert_eq!(answer.status(), 400, "{status}");
                assert_eq!(answer.body(), br#"{"error":"slow_down"}"#, "{status}");
            }
        }
        let declined = http::Response::builder()
            .status(400)
            .body(br#"{"error":"authorization_declined"}"#.to_vec())
            .unwrap();
        assert_eq!(poll(Ok(declined.clone())).unwrap().body(), declined.body());
    }
}
