//! Service protection limits in a sliding window
//! ([limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits)).
//!
//! The real limits are per user and per web server. Here there is one user and one server.

use std::collections::VecDeque;

use crate::problem::{Limit, Problem};
use crate::settings::Settings;

/// The requests of the last window.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    taken: VecDeque<i64>,
    /// The refusals since the last success: each further request lengthens the wait (documented).
    pushed: i64,
}

/// The allowance left in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Remaining {
    pub(crate) requests: u32,
    pub(crate) milliseconds: u64,
}

impl Limits {
    /// Counts a request, or refuses it.
    pub(crate) fn take(&mut self, settings: &Settings, now: i64) -> Result<Remaining, Problem> {
        let window = i64::try_from(settings.window.as_secs()).unwrap_or(i64::MAX / 4);
        while self.taken.front().is_some_and(|at| *at <= now - window) {
            self.taken.pop_front();
        }
        let remaining = self.remaining(settings);
        let seconds = settings.window.as_secs();
        let limit = if remaining.requests == 0 {
            Some(Problem::throttled(Limit::Requests, settings.request_limit.into(), seconds))
        } else if remaining.milliseconds == 0 {
            let most = u64::try_from(settings.execution_time_limit.as_millis()).unwrap_or(u64::MAX);
            Some(Problem::throttled(Limit::ExecutionTime, most, seconds))
        } else {
            None
        };
        match limit {
            Some(problem) if settings.enforce_limits => {
                let free_at = self.taken.front().map_or(now, |at| at + window);
                let wait = (free_at - now).max(1) + self.pushed;
                self.pushed += 1;
                Err(problem.with("Retry-After", wait.to_string()))
            }
            _ => {
                self.pushed = 0;
                self.taken.push_back(now);
                Ok(self.remaining(settings))
            }
        }
    }

    /// The allowance left, without counting a request.
    pub(crate) fn remaining(&self, settings: &Settings) -> Remaining {
        let count = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
        let used = settings.execution_time.saturating_mul(count);
        let left = settings.execution_time_limit.saturating_sub(used);
        Remaining {
            requests: settings.request_limit.saturating_sub(count),
            milliseconds: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Remaining {
    /// Seconds with a thousands separator, as in the header: `1,200.00`.
    pub(crate) fn time(&self) -> String {
        let (seconds, hundredths) = (self.milliseconds / 1_000, self.milliseconds / 10 % 100);
        if seconds >= 1_000 {
            format!("{},{:03}.{hundredths:02}", seconds / 1_000, seconds % 1_000)
        } else {
            format!("{seconds}.{hundredths:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn retry_after(problem: &Problem) -> &str {
        &problem.headers.iter().find(|(name, _)| *name == "Retry-After").unwrap().1
    }

    #[test]
    fn counts_down_and_refuses_when_the_window_is_full() {
        let settings = Settings { request_limit: 2, ..Settings::default() };
        let mut limits = Limits::default();
        assert_eq!(limits.take(&settings, 100).unwrap().requests, 1);
        assert_eq!(limits.take(&settings, 110).unwrap().requests, 0);
        let refused = limits.take(&settings, 120).unwrap_err();
        assert_eq!(refused.code, "0x80072322");
        assert_eq!(refused.status, 429);
        assert_eq!(retry_after(&refused), "280");
        // Each further request lengthens the wait.
        assert_eq!(retry_after(&limits.take(&settings, 120).unwrap_err()), "281");
        // The window slides: the first request leaves it after 300 seconds.
        assert!(limits.take(&settings, 400).is_ok());
        assert!(limits.take(&settings, 400).is_err());
    }

    #[test]
    fn execution_time_has_its_own_code() {
        let settings = Settings { execution_time: Duration::from_secs(600), ..Settings::default() };
        let mut limits = Limits::default();
        assert!(limits.take(&settings, 0).is_ok());
        assert!(limits.take(&settings, 0).is_ok());
        let refused = limits.take(&settings, 0).unwrap_err();
        assert_eq!(refused.code, "0x80072321");
        assert!(
            refused.message.contains(" limit of 1,200,000  milliseconds "),
            "{}",
            refused.message
        );
    }

    #[test]
    fn names_the_limits_of_this_organization() {
        let settings = Settings {
            execution_time: Duration::from_secs(2),
            execution_time_limit: Duration::from_millis(1_500),
            window: Duration::from_secs(60),
            ..Settings::default()
        };
        let mut limits = Limits::default();
        assert!(limits.take(&settings, 0).is_ok());
        let message = limits.take(&settings, 0).unwrap_err().message;
        assert!(
            message.contains("limit of 1,500  milliseconds over time window of 60 s"),
            "{message}"
        );
    }

    #[test]
    fn counts_without_refusing_by_a_setting() {
        let settings = Settings { request_limit: 1, enforce_limits: false, ..Settings::default() };
        let mut limits = Limits::default();
        assert!((0..5).all(|_| limits.take(&settings, 0).is_ok()));
    }

    #[test]
    fn writes_the_time_with_a_separator() {
        let text = |milliseconds| Remaining { requests: 0, milliseconds }.time();
        assert_eq!(text(1_200_000), "1,200.00");
        assert_eq!(text(1_199_950), "1,199.95");
        assert_eq!(text(90_500), "90.50");
    }
}
