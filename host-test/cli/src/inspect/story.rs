//! The text of the waterfall: the role of each request, and the reason for each wait.

use std::time::Duration;

use host_test::Exchange;
use http::Uri;

/// A shorter gap between two requests does not count as a wait.
const SHORTEST: Duration = Duration::from_millis(20);

/// The role of a request in the call.
pub(super) fn role(all: &[Exchange], index: usize) -> &'static str {
    let Some(own) = all.get(index) else { return "" };
    let before = all.get(..index).unwrap_or_default();
    let path =
        |exchange: &Exchange| exchange.url.parse::<Uri>().ok().map(|uri| uri.path().to_owned());
    if path(own).is_some_and(|path| path.contains("/oauth2/")) {
        return "sign-in";
    }
    if before.iter().any(|earlier| earlier.method == own.method && earlier.url == own.url) {
        return "retry";
    }
    let doubtful = |earlier: &&Exchange| {
        earlier.method != "GET"
            && earlier.status.is_none_or(|status| status >= 500 || status == 412)
    };
    let looked = before.iter().filter(doubtful).any(|earlier| path(earlier) == path(own));
    match own.method.as_str() {
        "GET" if looked => "check: does it exist?",
        "GET" => "read",
        "DELETE" => "delete",
        _ => "write",
    }
}

/// The wait before a request, and its reason.
pub(super) fn wait(all: &[Exchange], index: usize) -> Option<(Duration, Duration, String)> {
    let (earlier, own) = (all.get(index.checked_sub(1)?)?, all.get(index)?);
    let ended = earlier.ended?;
    let length = own.sent.checked_sub(ended).filter(|length| *length >= SHORTEST)?;
    let asked = earlier.response.headers.iter().find(|(name, _)| name == "retry-after");
    let reason = match (earlier.status, asked) {
        (Some(status), Some((_, value))) => format!("{status}: Dynamics asked to wait ({value} s)"),
        (Some(status), None) => format!("backs off after {status}"),
        (None, _) => "backs off after the lost response".to_owned(),
    };
    Some((ended, length, reason))
}

/// What a caller can do about a failure of this kind (`docs/failures.md`).
pub(super) fn advice(kind: &str) -> &'static str {
    match kind {
        "fix-input" => "Correct the input: the message names the field and the rule.",
        "fix-settings" => "Correct a secret or a setting.",
        "sign-in" => "Sign in again.",
        "ask-administrator" => "Ask an administrator of the organization.",
        "not-found" => "Look up the id again.",
        "read-again" => "Read the row again, then retry.",
        "wait" => "Wait, then retry.",
        "refused" => "Read the message: Dynamics refuses this request.",
        _ => "Report it to this connector's authors.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(method: &str, url: &str, sent: u64, status: Option<u16>) -> Exchange {
        Exchange {
            method: method.to_owned(),
            url: url.to_owned(),
            sent: Duration::from_millis(sent),
            ended: Some(Duration::from_millis(sent + 10)),
            status,
            ..Exchange::default()
        }
    }

    #[test]
    fn names_the_sign_in_the_check_and_the_retry() {
        let row = "http://org/api/data/v9.2/appointments(1)";
        let all = [
            exchange("POST", "http://org/t/oauth2/v2.0/token", 0, Some(200)),
            exchange("PATCH", row, 20, None),
            exchange("GET", &format!("{row}?$select=subject"), 600, Some(404)),
            exchange("PATCH", row, 620, Some(201)),
        ];
        let roles: Vec<_> = (0..all.len()).map(|index| role(&all, index)).collect();
        assert_eq!(roles, ["sign-in", "write", "check: does it exist?", "retry"]);
        assert!(wait(&all, 1).is_none());
        let (_, length, reason) = wait(&all, 2).unwrap();
        assert_eq!(
            (length.as_millis(), reason.as_str()),
            (570, "backs off after the lost response")
        );
    }

    #[test]
    fn a_requested_wait_says_so() {
        let mut first = exchange("GET", "http://org/a", 0, Some(429));
        first.response.headers.push(("retry-after".to_owned(), "2".to_owned()));
        let all = [first, exchange("GET", "http://org/a", 2_010, Some(200))];
        assert_eq!(wait(&all, 1).unwrap().2, "429: Dynamics asked to wait (2 s)");
    }
}
