//! What a failed response says, in one place: Dataverse's own code and message, or whatever came
//! instead ([error bodies](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors)).

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::contract::FailureKind;
use crate::error::Error;
use crate::http::Response;
use crate::json::Json;
use crate::text::{
    bounded, decimal, filled, find, from_utf8_lossy, is_space, number, push_digits, rsplit_once,
    split_once, take_until, trim,
};

/// The failure that a response of Dataverse with an error status stands for.
pub(crate) fn failure(answer: &Response, now: i64) -> Error {
    let said = Said::read(answer);
    let status = answer.status;
    let code = said.code.filter(|code| !code.is_empty());
    let mut message = match status {
        300..=399 => "the host of the organization answered with a redirect",
        401 => "Dynamics 365 rejected the access token",
        403 => "Dynamics 365 does not allow the user to do this",
        404 => "not found in Dynamics 365",
        412 => "the row is not in the expected state",
        429 => throttled(code.as_deref()),
        502..=504 => "Dynamics 365 is unavailable",
        500.. => "Dynamics 365 failed",
        _ => "Dynamics 365 refused the request",
    }
    .to_owned();
    message.push_str(&match &code {
        Some(code) => filled!(" ({}, `{}`)", &[&decimal(status), code]),
        None => filled!(" ({})", &[&decimal(status)]),
    });
    if !said.words.is_empty() {
        message.push_str(&filled!("; it says: {}", &[&said.words]));
    }
    if status == 401 {
        message.push_str(&hint_for_401(answer));
    }
    if (300..400).contains(&status) {
        message.push_str(", which is not followed; is `instance_url` right?");
    }
    let mut error = Error::new(kind(status), message);
    error.status = Some(status);
    error.code = code;
    error.request_id = request_id(answer);
    error.retry_after_seconds = answer.retry_after(now);
    error
}

/// Dataverse's code in an answer with an error status.
pub(crate) fn code(answer: &Response) -> Option<String> {
    Said::read(answer).code.filter(|code| !code.is_empty())
}

fn kind(status: u16) -> FailureKind {
    match status {
        300..=399 => FailureKind::FixSettings,
        401 => FailureKind::SignIn,
        403 => FailureKind::AskAdministrator,
        404 => FailureKind::NotFound,
        409 | 412 => FailureKind::ReadAgain,
        501 => FailureKind::Refused,
        408 | 429 | 500.. => FailureKind::Wait,
        _ => FailureKind::Refused,
    }
}

/// Which of the three
/// [service protection limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits) was hit.
fn throttled(code: Option<&str>) -> &'static str {
    match code {
        Some("0x80072322") => "Dynamics 365 is throttling: too many requests in 5 minutes",
        Some("0x80072321") => "Dynamics 365 is throttling: too much execution time in 5 minutes",
        Some("0x80072326") => "Dynamics 365 is throttling: too many requests at the same time",
        _ => "Dynamics 365 is throttling",
    }
}

/// A token for another organization is the usual reason: the challenge names the one that is wanted.
fn hint_for_401(answer: &Response) -> String {
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    let resource = split_once(challenge, "resource_id=").map(|(_, rest)| {
        let rest = rest.strip_prefix('"').unwrap_or(rest);
        take_until(take_until(take_until(rest, "\""), ","), " ")
    });
    match resource {
        Some(resource) if !resource.is_empty() => {
            filled!("; was the token issued for `{}`?", &[&bounded(resource, 200)])
        }
        _ => "; has it expired, or was it issued for another organization?".to_owned(),
    }
}

fn request_id(answer: &Response) -> Option<String> {
    // Where two ids come, joined or in two headers, the last is that of this server.
    answer
        .header("req_id")
        .or_else(|| answer.header("x-ms-service-request-id"))
        .map(|ids| trim(rsplit_once(ids, b',').map_or(ids, |(_, last)| last)).to_owned())
}

struct Said {
    code: Option<String>,
    words: String,
}

impl Said {
    /// The ladder: the documented shape; other JSON with a message; not JSON, of which the beginning is kept.
    fn read(answer: &Response) -> Said {
        let text = from_utf8_lossy(&answer.body);
        let Ok(json) = Json::parse(&text) else {
            return Said { code: None, words: summary(&text) };
        };
        let error = json.member("error").unwrap_or(json);
        let words = match error.member("message").or_else(|| error.member("Message")) {
            // The form of OData before version 4, which some layers in front of Dataverse still use.
            Some(message) if message.is_object() => message.text("value"),
            Some(message) => message.string(),
            None => None,
        };
        Said {
            code: error.text("code").map(|code| hexadecimal(&code)),
            words: words.map_or_else(|| summary(&text), |words| trim(&words).to_owned()),
        }
    }
}

/// Some layers write the code as the signed number that it is in the SDK.
fn hexadecimal(code: &str) -> String {
    match number(code).and_then(|number| i32::try_from(number).ok()) {
        Some(number) if number < 0 => {
            let mut code = String::from("0x");
            push_digits(&mut code, number.cast_unsigned().into(), 16, 8);
            code
        }
        _ => code.to_owned(),
    }
}

/// What a person reads of a body that is not JSON: a page's title, else the beginning of the text.
fn summary(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let title = find(&lower, "<title>").and_then(|at| {
        let from = at + "<title>".len();
        let to = from + find(lower.get(from..)?, "</title>")?;
        text.get(from..to)
    });
    let mut words = String::new();
    let mut word_ended = false;
    for c in title.unwrap_or(text).chars() {
        if is_space(c) {
            word_ended = !words.is_empty();
            if words.len() > 200 {
                break;
            }
        } else {
            if core::mem::take(&mut word_ended) {
                words.push(' ');
            }
            words.push(c);
        }
    }
    match title {
        Some(_) => filled!("a page with the title `{}`", &[&bounded(&words, 200)]),
        None => bounded(&words, 200),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn answer(status: u16, body: &str, headers: &[(&str, &str)]) -> Response {
        let headers: Vec<_> =
            headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Response { status, headers, body: body.into() }
    }

    #[test]
    fn quotes_dataverses_own_words_and_code() {
        let answer = answer(
            404,
            "{\"error\":{\"code\":\"0x80040217\",\"message\":\"Entity 'account' With Id = x Does Not Exist\"}}",
            &[("x-ms-service-request-id", "a,b"), ("retry-after", "7")],
        );
        let failure = failure(&answer, 0);
        assert_eq!(
            failure.message,
            "not found in Dynamics 365 (404, `0x80040217`); it says: Entity 'account' With Id = x Does Not Exist"
        );
        assert_eq!(failure.kind, FailureKind::NotFound);
        assert_eq!(failure.code.as_deref(), Some("0x80040217"));
        assert_eq!(failure.request_id.as_deref(), Some("b"));
        assert_eq!(failure.retry_after_seconds, Some(7));
    }

    #[test]
    fn names_the_limit_that_was_hit() {
        let body = "{\"error\":{\"code\":\"-2147015903\",\"message\":\"Combined execution time\"}}";
        let failure = failure(&answer(429, body, &[]), 0);
        assert_eq!(failure.code.as_deref(), Some("0x80072321"));
        assert!(failure.message.contains("too much execution time"), "{}", failure.message);
    }

    #[test]
    fn keeps_what_is_not_json_short() {
        let page = "<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body>no</body></html>";
        let failure_of = |body: &str| failure(&answer(502, body, &[]), 0).message.clone();
        assert_eq!(
            failure_of(page),
            "Dynamics 365 is unavailable (502); it says: a page with the title `502 Bad Gateway`"
        );
        assert_eq!(failure_of(""), "Dynamics 365 is unavailable (502)");
        assert!(failure_of(&"x ".repeat(9_999)).len() < 300);
        assert_eq!(
            failure_of("\u{130}<title>\u{130}"),
            "Dynamics 365 is unavailable (502); it says: \u{130}<title>\u{130}"
        );
    }

    #[test]
    fn reads_older_shapes() {
        let old = "{\"error\":{\"code\":\"\",\"message\":{\"lang\":\"en-US\",\"value\":\"No.\"}}}";
        let bare = "{\"Message\":\"No HTTP resource was found\"}";
        assert_eq!(
            failure(&answer(400, old, &[]), 0).message,
            "Dynamics 365 refused the request (400); it says: No."
        );
        assert!(
            failure(&answer(400, bare, &[]), 0).message.ends_with("No HTTP resource was found")
        );
    }

    #[test]
    fn asks_whom_a_refused_token_was_for() {
        let challenge = "Bearer authorization_uri=https://login.microsoftonline.com/t/oauth2/authorize, resource_id=https://org.crm11.dynamics.com/";
        let answer = answer(
            401,
            "HTTP Error 401 - Unauthorized: Access is denied",
            &[("www-authenticate", challenge)],
        );
        assert!(
            failure(&answer, 0)
                .message
                .ends_with("; was the token issued for `https://org.crm11.dynamics.com/`?")
        );
    }
}
