//! Whether to send a request again, and when: pure decisions.
//!
//! What Microsoft says of
//! [service protection limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits): wait as long
//! as `Retry-After` says, else back off exponentially.

use crate::dataverse::Repeat;
use crate::dataverse::refusal::Meaning;
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
    /// It was not carried out, since something else is running that takes its time.
    Locked,
    /// Nobody knows whether it was carried out; it may do better if sent again.
    Unknown,
    /// To send it again would not help.
    Final,
}

/// What an answer that means this says of its request.
pub(crate) fn of_meaning(meaning: Meaning) -> Verdict {
    match meaning {
        // Refused before it was begun.
        Meaning::Throttled => Verdict::NotApplied,
        Meaning::Lock => Verdict::Locked,
        Meaning::Outage => Verdict::Unknown,
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
        Verdict::NotApplied | Verdict::Locked => true,
        Verdict::Unknown => repeat == Repeat::Freely,
        Verdict::Final => false,
    }
}

/// How many milliseconds to wait before the next attempt; `None` when the budget does not allow it.
///
/// `failed` counts the attempts so far, `told` is what `Retry-After` says in seconds, `spent` the milliseconds since the
/// call began, `chance` any number: it spreads the attempts of many callers.
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
        // A customization runs for half a minute, often longer.
        Verdict::Locked => 20_000.min(5_000_u64 << failed),
        _ => 500_u64 << failed.min(6),
    };
    let own = full / 2 + full / 2 * u64::from(chance) / 255;
    // Whoever says less than that does not know when, or has another clock.
    let pause = own.max(u64::from(told.unwrap_or_default()) * 1_000);
    (spent + pause <= BUDGET).then_some(pause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Locked, NotApplied};

    #[test]
    fn waits_as_long_as_it_is_told_within_the_budget() {
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
    fn never_waits_for_less_than_its_own_pause() {
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
    fn repeats_what_the_service_failed_at_and_no_decision() {
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
    fn repeats_an_ambiguous_write_only_if_twice_is_once() {
        let once = Repeat::WhenNotApplied;
        assert!(!may_repeat(of_meaning(Meaning::Outage), once));
        assert!(may_repeat(of_meaning(Meaning::Throttled), once));
        assert!(may_repeat(of_meaning(Meaning::Lock), once));
        assert!(may_repeat(of_error(&ExchangeError::NotSent("".into())), once));
        assert!(!may_repeat(of_error(&ExchangeError::Unknown("".into())), once));
    }
}
