//! The meaning of a refusal: the code decides, or without a known code the status. Retries, the
//! failure's kind and its message all follow from it.

/// The meaning of a response with an error status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A service protection limit was exceeded; the request did not start.
    Throttled,
    /// Another customization is running; the request did not start.
    Lock,
    /// The service failed; the request may be valid.
    Outage,
    /// The organization's own code decided: a plug-in, or duplicate detection.
    Decision,
    /// Any other decision about this request.
    Refused,
    /// The token is not accepted.
    SignIn,
    /// An administrator must change something.
    Administrator,
    /// The row does not exist.
    Gone,
    /// The row is not in the expected state.
    Changed,
    /// A redirect.
    Redirect,
}

use Meaning::{Administrator, Changed, Decision, Gone, Lock, Throttled};

/// Codes with the same meaning under every status, with a message if the status has no suitable
/// one.
///
/// Codes without another source are Dataverse's [documented
/// codes](https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes).
const CODES: [(&str, Meaning, &str); 14] = [
    // The three service protection limits
    // (https://learn.microsoft.com/power-apps/developer/data-platform/api-limits), which clients
    // also meet as 400 and 403.
    ("80072322", Throttled, "Dynamics 365 is throttling: too many requests in 5 minutes"),
    ("80072321", Throttled, "Dynamics 365 is throttling: too much execution time in 5 minutes"),
    ("80072326", Throttled, "Dynamics 365 is throttling: too many requests at the same time"),
    // Users of Microsoft's build tools, many times
    // (https://github.com/microsoft/powerplatform-build-tools/issues/1384); the second code once,
    // as 503.
    ("80071151", Lock, LOCKED),
    ("80048d3d", Lock, LOCKED),
    // A plug-in refuses or fails, duplicate detection refuses: under the status that the plug-in
    // chose (https://github.com/MicrosoftDocs/powerapps-docs/issues/1951).
    ("80040265", Decision, "a plug-in of the organization refused the request"),
    ("80040224", Decision, "a plug-in of the organization failed"),
    ("80040333", Decision, "duplicate detection refused the request"),
    ("80040220", Administrator, ""),
    ("80072560", Administrator, ""),
    // Also comes as 400
    // (https://github.com/microsoft/PowerPlatform-DataverseServiceClient/issues/71).
    ("80040225", Administrator, "the user is disabled in Dynamics 365"),
    // https://github.com/microsoft/coe-starter-kit/issues/10381
    ("8004a104", Administrator, "the organization is disabled"),
    ("80040217", Gone, ""),
    ("80060882", Changed, ""),
];

const LOCKED: &str = "another customization is running in Dynamics 365, which runs one at a time";

impl Meaning {
    /// The meaning of this status with this code, and its message.
    ///
    /// A 5xx means that the server failed although the request may be valid ([RFC
    /// 9110](https://www.rfc-editor.org/rfc/rfc9110#name-server-error-5xx)): Dataverse also uses it
    /// for deadlocks and time-outs of its database, and 500 for many temporary failures. But 501
    /// and 505 mean that the server does not support the request. A 4xx is a decision about this
    /// request and would be the same again, except 429, and 408, with which a server gives up
    /// waiting.
    pub(crate) fn of(status: u16, code: Option<&str>) -> (Meaning, &'static str) {
        let known = code.and_then(|code| code.strip_prefix("0x"));
        let known = known.and_then(|code| CODES.iter().find(|(known, ..)| *known == code));
        let (by_status, words) = of_status(status);
        match known {
            None => (by_status, words),
            Some(&(_, meaning, "")) if meaning == by_status => (meaning, words),
            Some(&(_, meaning, "")) => (meaning, usual(meaning)),
            Some(&(_, meaning, words)) => (meaning, words),
        }
    }
}

fn of_status(status: u16) -> (Meaning, &'static str) {
    let meaning = match status {
        300..=399 => Meaning::Redirect,
        401 => Meaning::SignIn,
        403 => Administrator,
        404 => Gone,
        409 | 412 => Changed,
        429 => Throttled,
        501 | 505 => Meaning::Refused,
        408 | 500.. => Meaning::Outage,
        _ => Meaning::Refused,
    };
    let words = match status {
        409 => usual(Meaning::Refused),
        502..=504 => "Dynamics 365 is unavailable",
        500.. => "Dynamics 365 failed",
        408 => usual(Meaning::Refused),
        _ => usual(meaning),
    };
    (meaning, words)
}

fn usual(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Redirect => "the host of the organization answered with a redirect",
        Meaning::SignIn => "Dynamics 365 rejected the access token",
        Administrator => "Dynamics 365 does not allow the user to do this",
        Gone => "not found in Dynamics 365",
        Changed => "the row is not in the expected state",
        Throttled => "Dynamics 365 is throttling",
        _ => "Dynamics 365 refused the request",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_decides_whatever_the_status() {
        for status in [400, 401, 403, 404, 408, 409, 412, 429, 500, 501, 502, 503, 504] {
            for (code, meaning, _) in CODES {
                let code = std::format!("0x{code}");
                let (found, words) = Meaning::of(status, Some(&code));
                assert_eq!(found, meaning, "{status} {code}");
                assert!(!words.is_empty(), "{status} {code}");
            }
        }
    }

    #[test]
    fn without_a_known_code_the_status_decides() {
        for code in [None, Some(""), Some("0x80040203"), Some("80072322"), Some("0x8007232")] {
            let meaning = |status| Meaning::of(status, code).0;
            assert_eq!(meaning(429), Throttled);
            assert_eq!(meaning(503), Meaning::Outage);
            assert_eq!(meaning(400), Meaning::Refused);
            assert_eq!(meaning(409), Changed);
        }
    }
}
