//! Reads failed responses: Dataverse's own code and message, or whatever came instead ([error
//! bodies](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors)).

mod meaning;

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;

use crate::contract::FailureKind;
use crate::error::Error;
use crate::http::{Response, beginning, summary};
use crate::json::Json;
use crate::text::{
    bounded, decimal, filled, number, push_digits, rsplit_once, split_once, take_until, trim,
};
pub(crate) use meaning::Meaning;

/// The maximum length of Dataverse's message, in characters.
const WORDS: usize = 2_000;

/// The maximum length of Dataverse's message if our own text follows, in characters.
const WORDS_FIRST: usize = 1_500;

/// The failure for a response of Dataverse with an error status and this `Retry-After` in seconds.
pub(crate) fn failure(answer: &Response, told: Option<u32>) -> Error {
    let said = Said::read(answer);
    let status = answer.status;
    let (meaning, ours) = Meaning::of(status, said.code.as_deref());
    let numbers = match &said.code {
        Some(code) => filled!("{}, `{}`", &[&decimal(status), code]),
        None => decimal(status),
    };
    let mut message = match meaning {
        // The message of the organization's own code is meant for the reader.
        Meaning::Decision if !said.words.is_empty() => {
            let words = bounded(&said.words, WORDS_FIRST);
            filled!("Dynamics 365 says: {} ({}; {})", &[&words, ours, &numbers])
        }
        _ if said.words.is_empty() => filled!("{} ({})", &[ours, &numbers]),
        _ => filled!("{} ({}); it says: {}", &[ours, &numbers, &said.words]),
    };
    match meaning {
        Meaning::SignIn => message.push_str(&hint_for_401(answer)),
        Meaning::Redirect => {
            message.push_str(", which is not followed; is `instance_url` right?");
        }
        _ => {}
    }
    let mut error = Error::new(kind(meaning), message);
    error.status = Some(status);
    error.code = said.code;
    error.request_id = request_id(answer);
    error.retry_after_seconds = told;
    error
}

/// The meaning of a response with an error status.
pub(crate) fn meaning(answer: &Response) -> Meaning {
    Meaning::of(answer.status, Said::read(answer).code.as_deref()).0
}

fn kind(meaning: Meaning) -> FailureKind {
    match meaning {
        Meaning::Redirect => FailureKind::FixSettings,
        Meaning::SignIn => FailureKind::SignIn,
        Meaning::Administrator => FailureKind::AskAdministrator,
        Meaning::Gone => FailureKind::NotFound,
        Meaning::Changed => FailureKind::ReadAgain,
        Meaning::Throttled | Meaning::Lock | Meaning::Outage => FailureKind::Wait,
        Meaning::Decision | Meaning::Refused => FailureKind::Refused,
    }
}

/// The usual reason is a token for another organization: the challenge names the expected one.
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
    // If two ids come, joined or in two headers, the last is this server's.
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
    /// In this order: the documented shape; other JSON with a message; other text, of which the
    /// start is kept.
    fn read(answer: &Response) -> Said {
        // Avoids a copy of a possibly large body.
        let text = match core::str::from_utf8(&answer.body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(beginning(&answer.body)),
        };
        let Ok(json) = Json::parse(&text) else {
            return Said { code: None, words: summary(&answer.headers, &answer.body) };
        };
        let error = json.member("error").unwrap_or(json);
        let words = match error.member("message").or_else(|| error.member("Message")) {
            // The form before OData 4, which some layers in front of Dataverse still use.
            Some(message) if message.is_object() => message.text("value"),
            Some(message) => message.string(),
            None => None,
        };
        Said {
            code: error.member("code").and_then(code_of),
            words: match words {
                Some(words) => bounded(trim(&words), WORDS),
                None => summary(&answer.headers, &answer.body),
            },
        }
    }
}

/// A code in the form of the Web API, `0x80040265`: some layers write it as the SDK's signed
/// number, or in another case.
fn code_of(code: Json<'_>) -> Option<String> {
    let text = code.string();
    let text = text.as_deref().unwrap_or(code.as_str());
    if let Some(number) = number(text).and_then(|number| i32::try_from(number).ok())
        && number < 0
    {
        let mut code = String::from("0x");
        push_digits(&mut code, number.cast_unsigned().into(), 16, 8);
        return Some(code);
    }
    match text.as_bytes() {
        [] => None,
        [b'0', b'x' | b'X', ..] => Some(text.to_ascii_lowercase()),
        _ => Some(text.to_owned()),
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
            &[("x-ms-service-request-id", "a,b")],
        );
        let failure = failure(&answer, Some(7));
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
    fn names_the_exceeded_limit() {
        let body = "{\"error\":{\"code\":\"-2147015903\",\"message\":\"Combined execution time\"}}";
        let failure = failure(&answer(429, body, &[]), None);
        assert_eq!(failure.code.as_deref(), Some("0x80072321"));
        assert!(failure.message.contains("too much execution time"), "{}", failure.message);
    }

    #[test]
    fn keeps_what_is_not_json_short() {
        let page = "<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body>no</body></html>";
        let failure_of = |body: &str| failure(&answer(502, body, &[]), None).message.clone();
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
            failure(&answer(400, old, &[]), None).message,
            "Dynamics 365 refused the request (400); it says: No."
        );
        assert!(
            failure(&answer(400, bare, &[]), None).message.ends_with("No HTTP resource was found")
        );
    }

    #[test]
    fn names_the_audience_of_a_rejected_token() {
        let challenge = "Bearer authorization_uri=https://login.microsoftonline.com/t/oauth2/authorize, resource_id=https://org.crm11.dynamics.com/";
        let answer = answer(
            401,
            "HTTP Error 401 - Unauthorized: Access is denied",
            &[("www-authenticate", challenge)],
        );
        assert!(
            failure(&answer, None)
                .message
                .ends_with("; was the token issued for `https://org.crm11.dynamics.com/`?")
        );
    }
}
