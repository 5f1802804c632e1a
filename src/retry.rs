//! Whether to send a request again, and when: pure decisions.
//!
//! Microsoft's advice on [service protection
//! limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits): wait as long
//! as `Retry-After` says, or else back off exponentially.

use crate::dataverse::Repeat;
use crate::dataverse::refusal::Meaning;
use crate::http::ExchangeError;

/// No attempt starts later than this into a call, in milliseconds; a request that has failed by
/// then is a failure of the kind `wait`. A longer `Retry-After` fails at once.
pub const BUDGET: u64 = 60_000;

/// The maximum number of attempts for one request.
pub const ATTEMPTS: u32 = 6;

/// The maximum number of attempts to connect, so that an unreachable host is reported quickly.
pub const CONNECTIONS: u32 = 4;

/// The meaning of a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was not applied and may be sent again.
    NotApplied,
    /// It was not applied, because another long operation is running.
    Locked,
    /// Its outcome is unknown; a retry may succeed.
    Unknown,
    /// A retry would not help.
    Final,
}

/// The meaning of a response for its request.
pub(crate) fn of_meaning(meaning: Meaning) -> Verdict {
    match meaning {
        // Refused before it started.
        Meaning::Throttled => Verdict::NotApplied,
        Meaning::Lock => Verdict::Locked,
        Meaning::Outage => Verdict::Unknown,
        _ => Verdict::Final,
    }
}

/// The meaning of an exchange without a response.
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
        Verdict::NotApplied | Verdict::Locked => true,
        Verdict::Unknown => repeat == Repeat::Freely,
        Verdict::Final => false,
    }
}

/// The milliseconds to wait before the next attempt; `None` if the budget does not allow it.
///
/// `failed` is the number of attempts so far, `told` the `Retry-After` in seconds, `spent` the
/// milliseconds since the start of the call, and `chance` a random number that spreads the attempts
/// of many callers.
pub fn pause(
    verdict: Verdict,
    failed: u32,
    told: Option<u32>,
    spent: u64,
    chance: u8,
) -> Option<u64> {
    if failed >= ATTEMPTS {
        return None;
    }
    let full = match verdict {
        // A customization runs for half a minute or longer.
        Verdict::Locked => 20_000.min(5_000_u64 << failed),
        _ => 500_u64 << failed.min(6),
    };
    let own = full / 2 + full / 2 * u64::from(chance) / 255;
    // A shorter wait is a guess or comes from another clock.
    let pause = own.max(u64::from(told.unwrap_or_default()) * 1_000);
    (spent + pause <= BUDGET).then_some(pause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Locked, NotApplied};

    #[test]
    fn waits_as_long_as_requested_within_the_budget() {
        assert_eq!(pause(NotApplied, 1, Some(60), 0, 0), Some(60_000));
        assert_eq!(pause(NotApplied, 1, Some(60), 1, 0), None);
        assert_eq!(pause(NotApplied, ATTEMPTS, None, 0, 0), None);
    }

    #[test]
    fn backs_off_with_jitter() {
        assert_eq!(pause(NotApplied, 1, None, 0, 0), Some(500));
        assert_eq!(pause(NotApplied, 1, None, 0, 255), Some(1_000));
        assert_eq!(pause(NotApplied, 3, None, 0, 255), Some(4_000));
    }

    #[test]
    fn never_waits_less_than_its_own_pause() {
        for told in [None, Some(0), Some(1)] {
            assert_eq!(pause(NotApplied, 3, told, 0, 0), Some(2_000));
        }
    }

    #[test]
    fn gives_a_lock_most_of_the_budget() {
        for chance in [0, 100, 255] {
            let (mut spent, mut failed) = (0, 1);
            while let Some(pause) = pause(Locked, failed, None, spent, chance) {
                assert!((5_000..=20_000).contains(&pause));
                spent += pause;
                failed += 1;
            }
            assert!((40_000..=BUDGET).contains(&spent), "{spent}");
        }
    }

    #[test]
    fn retries_failures_of_the_service_but_not_decisions() {
        let repeated = |meaning| may_repeat(of_meaning(meaning), Repeat::Freely);
        for meaning in [Meaning::Throttled, Meaning::Lock, Meaning::Outage] {
            assert!(repeated(meaning), "{meaning:?}");
        }
        for meaning in [
            Meaning::Decision,
            Meaning::Refused,
            Meaning::SignIn,
            Meaning::Administrator,
            Meaning::Gone,
            Meaning::Changed,
            Meaning::Redirect,
        ] {
            assert!(!repeated(meaning), "{meaning:?}");
        }
    }

    #[test]
    fn retries_an_ambiguous_write_only_if_it_is_idempotent() {
        let once = Repeat::WhenNotApplied;
        assert!(!may_repeat(of_meaning(Meaning::Outage), once));
        assert!(may_repeat(of_meaning(Meaning::Throttled), once));
        assert!(may_repeat(of_meaning(Meaning::Lock), once));
        assert!(may_repeat(of_error(&ExchangeError::NotSent("".into())), once));
        assert!(!may_repeat(of_error(&ExchangeError::Unknown("".into())), once));
    }
}
