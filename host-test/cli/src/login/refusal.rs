//! The sign-in service's refusals as sentences.

use std::fmt;

use host_test::UnansweredError;
use oauth2::{ErrorResponse, ErrorResponseType, RequestTokenError, StandardErrorResponse};

use crate::terminal::plain;

/// The maximum length of a quote, in characters.
const QUOTED: usize = 300;

/// The reason for missing tokens.
pub(super) fn sentence<T>(
    error: &RequestTokenError<UnansweredError, StandardErrorResponse<T>>,
) -> String
where
    T: ErrorResponseType + fmt::Display + 'static,
    StandardErrorResponse<T>: ErrorResponse,
{
    match error {
        RequestTokenError::ServerResponse(said) => {
            let description = said.error_description().map(String::as_str);
            refused(&said.error().to_string(), description)
        }
        RequestTokenError::Request(unanswered) => unanswered.to_string(),
        RequestTokenError::Parse(..) => {
            "the sign-in service answered with something else than tokens".to_owned()
        }
        RequestTokenError::Other(reason) => {
            format!("the sign-in did not succeed: {}", quoted(reason))
        }
    }
}

/// The meaning of a protocol error, with the service's own message.
pub(super) fn refused(error: &str, description: Option<&str>) -> String {
    let meaning = match error {
        "access_denied" | "authorization_declined" => "the sign-in was declined",
        "expired_token" => "the code expired before anybody entered it: run `login --device` again",
        "bad_verification_code" => "the sign-in service does not know the device code any more",
        _ => "the sign-in service refused",
    };
    let mut sentence = format!("{meaning} (`{}`)", quoted(error));
    // The lines after the first are for Microsoft's support.
    if let Some(words) = description.and_then(|text| text.lines().next()) {
        sentence.push_str("; it says: ");
        sentence.push_str(&quoted(words));
    }
    sentence
}

/// External text: shortened and without control characters.
fn quoted(text: &str) -> String {
    plain(text).chars().take(QUOTED).collect()
}
