//! What a refusal means: the code decides, and without a known code the status. Repeating, the kind of the failure and its
//! words all follow from this.

/// What a response with an error status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A service protection limit was hit, before the request was begun.
    Throttled,
    /// Another customization is running; the request was not begun.
    Lock,
    /// The service failed at a request that may be good.
    Outage,
    /// The organization's own code decided: a plug-in, or duplicate detection.
    Decision,
    /// Any other decision about this request.
    Refused,
    /// The token is not accepted.
    SignIn,
    /// An administrator has to change something.
    Administrator,
    /// There is no such row.
    Gone,
    /// The row is not in the expected state.
    Changed,
    /// Somebody answers from another place.
    Redirect,
}

use Meaning::{Administrator, Changed, Decision, Gone, Lock, Throttled};

/// Codes that mean the same under every status, with the words for them where the status has none that fit.
///
/// Those without another source are Dataverse's
/// [documented codes](https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes).
const CODES: [(&str, Meaning, &str); 14] = [
    // The three service protection limits (https://learn.microsoft.com/power-apps/developer/data-platform/api-limits), which
    // clients meet under 400 and 403 too.
    ("80072322", Throttled, "Dynamics 365 is throttling: too many requests in 5 minutes"),
    ("80072321", Throttled, "Dynamics 365 is throttling: too much execution time in 5 minutes"),
    ("80072326", Throttled, "Dynamics 365 is throttling: too many requests at the same time"),
    // Users of Microsoft's build tools, many times
    // (https://github.com/microsoft/powerplatform-build-tools/issues/1384); the second code once, as 503.
    ("80071151", Lock, LOCKED),
    ("80048d3d", Lock, LOCKED),
    // A plug-in refuses or fails, duplicate detection refuses: under the status that the plug-in chose
    // (https://github.com/MicrosoftDocs/powerapps-docs/issues/1951).
    ("80040265", Decision, "a plug-in of the organization refused the request"),
    ("80040224", Decision, "a plug-in of the organization failed"),
    ("80040333", Decision, "duplicate detection refused the request"),
    ("80040220", Administrator, ""),
    ("80072560", Administrator, ""),
    // Comes as 400 too (https://github.com/microsoft/PowerPlatform-DataverseServiceClient/issues/71).
    ("80040225", Administrator, "the user is disabled in Dynamics 365"),
    // https://github.com/microsoft/coe-starter-kit/issues/10381
    ("8004a104", Administrator, "the organization is disabled"),
    ("80040217", Gone, ""),
    ("80060882", Changed, ""),
];

const LOCKED: &str = "another customization is running in Dynamics 365, which runs one at a time";

impl Meaning {
    /// What this status means with this code, and the words for it.
    ///
    /// A 5xx says that the server failed at a request which may be good
    /// ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-server-error-5xx)): Dataverse answers deadlocks and time-outs of
    /// its database so too, and says 500 to much of what passes. But 501 and 505 say that it cannot do such a thing at all. A 4xx
    /// is a decision about this request, and would be the same again, except 429, and 408, by which a server gives up waiting.
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
