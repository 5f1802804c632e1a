//! The organization's clock: one that a test sets, or the system's.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use jiff::Timestamp;

/// The clock of the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Stays at this time (seconds since 1970) until it is set or advanced.
    Fixed(i64),
    /// The machine's clock; the usual choice for the socket server.
    System,
}

impl Default for Clock {
    /// 2026-02-16T09:00:00Z, a Monday.
    fn default() -> Self {
        Clock::Fixed(1_771_232_400)
    }
}

impl Clock {
    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        match self {
            Clock::Fixed(seconds) => *seconds,
            Clock::System => system_seconds(),
        }
    }

    /// Moves a fixed clock forward. The system's clock is not changed.
    pub fn advance(&mut self, by: Duration) {
        if let Clock::Fixed(seconds) = self {
            *seconds = seconds.saturating_add(i64::try_from(by.as_secs()).unwrap_or(i64::MAX));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn system_seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A time in UTC, which can be written in each form that the services use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(Timestamp);

impl Moment {
    /// The time this many seconds after the start of 1970; out of range, the start of 1970 itself.
    pub(crate) fn new(seconds: i64) -> Self {
        Moment(Timestamp::from_second(seconds).unwrap_or_default())
    }

    /// As HTTP writes it: `Mon, 16 Feb 2026 09:00:00 GMT`.
    pub(crate) fn http_date(&self) -> String {
        self.0.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// As the sign-in service writes it: `2026-02-16 09:00:00Z`.
    pub(crate) fn sign_in_time(&self) -> String {
        self.0.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
    }
}

impl fmt::Display for Moment {
    /// As rows write it: `2026-02-16T09:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_moment_in_each_form() {
        let moment = Moment::new(Clock::default().now());
        assert_eq!(moment.to_string(), "2026-02-16T09:00:00Z");
        assert_eq!(moment.http_date(), "Mon, 16 Feb 2026 09:00:00 GMT");
        assert_eq!(moment.sign_in_time(), "2026-02-16 09:00:00Z");
    }

    #[test]
    fn a_fixed_clock_advances_only_on_request() {
        let mut clock = Clock::Fixed(10);
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), 15);
    }
}
