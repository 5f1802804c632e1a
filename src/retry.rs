//! Whether to send a request again, and when: pure decisions.
//!
//! What Microsoft says of
//! [service protection limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits): wait as long
//! as `Retry-After` says, else back off exponentially.

use crate::dataverse::Repeat;
use crate::http::ExchangeError;

/// No attempt starts later than this into a call, in milliseconds; what has failed by then is a failure
/// of the kind `wait`. A longer `Retry-After` fails at once.
pub const BUDGET: u64 = 60_000;

/// The most attempts for one request.
pub const ATTEMPTS: u32 = 6;

/// The most attempts to connect: an unreachable host should not take a minute to report.
pub const CONNECTIONS: u32 = 4;

/// What a failed attempt means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was not carried out, and may be sent again.
    NotApplied,
    /// Nobody knows whether it was carried out; it may do better if sent again.
    Unknown,
    /// To send it again would not help.
    Final,
}

/// What an answer with an error status means: whether the service failed, or decided.
///
/// A 5xx says that the server failed at a request which may be good
/// ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-server-error-5xx)): Dataverse answers so to deadlocks and
/// time-outs of its database too, and says 500 to much of what passes. But 501 and 505 say that it cannot do such a thing
/// at all. A 4xx is a decision about this request, and would be the same again; so is an answer of success with another
/// body than Dataverse's, which is the word of somebody in between. The exceptions are 429, and 408, by which a server gives up
/// waiting.
pub fn of_status(status: u16, code: Option<&str>) -> Verdict {
    match (status, code) {
        // Refused before it was begun: by the limits, or since another customization is running (the lock of
        // `0x80048d3d`, reported by users of Microsoft's tools).
        (429, _) | (503, Some("0x80048d3d")) => Verdict::NotApplied,
        (501 | 505, _) => Verdict::Final,
        (408 | 500.., _) => Verdict::Unknown,
        _ => Verdict::Final,
    }
}

/// What an exchange without a response means.
pub fn of_error(error: &ExchangeError) -> Verdict {
    match error {
        ExchangeError::NotSent(_) => Verdict::NotApplied,
        ExchangeError::Unknown(_) => Verdict::Unknown,
        ExchangeError::TooLarge | ExchangeError::Denied => Verdict::Final,
    }
}

/// Whether a request of this kind may be sent again after this.
pub fn may_repeat(verdict: Verdict, repeat: Repeat) -> bool {
    match verdict {
        Verdict::NotApplied => true,
        Verdict::Unknown => repeat == Repeat::Freely,
        Verdict::Final => false,
    }
}

/// How many milliseconds to wait before the next attempt; `None` when the budget does not allow it.
///
/// `failed` counts the attempts so far, `told` is what `Retry-After` says in seconds, `spent` the milliseconds since the
/// call began, `chance` any number: it spreads the attempts of many callers.
pub fn pause(failed: u32, told: Option<u32>, spent: u64, chance: u8) -> Option<u64> {
    if failed >= ATTEMPTS {
        return None;
    }
    let pause = match told {
        Some(seconds) => u64::from(seconds) * 1_000,
        None => {
            let full = 500_u64 << failed.min(6);
            full / 2 + full / 2 * u64::from(chance) / 255
        }
    };
    (spent + pause <= BUDGET).then_some(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_as_long_as_it_is_told_within_the_budget() {
        assert_eq!(pause(1, Some(60), 0, 0), Some(60_000));
        assert_eq!(pause(1, Some(60), 1, 0), None);
        assert_eq!(pause(ATTEMPTS, None, 0, 0), None);
    }

    #[test]
    fn backs_off_with_jitter() {
        assert_eq!(pause(1, None, 0, 0), Some(500));
        assert_eq!(pause(1, None, 0, 255), Some(1_000));
        assert_eq!(pause(3, None, 0, 255), Some(4_000));
    }

    #[test]
    fn tells_a_failure_of_the_service_from_a_decision() {
        for status in [408, 429, 500, 502, 503, 504, 507, 520, 599] {
            assert!(may_repeat(of_status(status, None), Repeat::Freely), "{status}");
        }
        for status in [301, 400, 401, 403, 404, 405, 409, 410, 412, 413, 414, 428, 501, 505] {
            assert_eq!(of_status(status, Some("0x80048d3d")), Verdict::Final, "{status}");
        }
    }

    #[test]
    fn repeats_an_ambiguous_write_only_if_twice_is_once() {
        assert!(may_repeat(of_status(503, None), Repeat::Freely));
        assert!(!may_repeat(of_status(503, None), Repeat::WhenNotApplied));
        assert!(!may_repeat(of_status(500, None), Repeat::WhenNotApplied));
        assert!(may_repeat(of_status(429, None), Repeat::WhenNotApplied));
        assert!(!may_repeat(of_status(400, None), Repeat::Freely));
        assert!(may_repeat(of_error(&ExchangeError::NotSent("".into())), Repeat::WhenNotApplied));
        assert!(!may_repeat(of_error(&ExchangeError::Unknown("".into())), Repeat::WhenNotApplied));
    }
}
