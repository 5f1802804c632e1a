//! Settings for signing in: the person's answers, and what the documentation leaves open.

use std::time::Duration;

use serde_json::Value;

use crate::setting::{NamedValue, named_settings};

named_settings! {
    /// The named settings about signing in. The defaults are what the reference says, or the
    /// likelier.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SignInSettings {
        /// What the person answers, in the browser and where a device code is entered.
        (Chosen) answer: Answer = Answer::Consent,
        /// How long an authorization code lives: about ten minutes.
        (Documented) code_life: Duration = Duration::from_secs(600),
        /// How long a device code lives: 15 minutes.
        (Documented) device_code_life: Duration = Duration::from_secs(900),
        /// How long a client waits between two polls for a device code: 5 seconds.
        (Client) device_code_interval: Duration = Duration::from_secs(5),
        /// How many polls for a device code are answered with `authorization_pending` before the
        /// person has answered.
        (Chosen) polls_until_answered: u32 = 1,
        /// Whether a poll that comes too early is answered with `slow_down`. RFC 8628 has it;
        /// Entra's page does not name it.
        (Inferred) slow_down: bool = false,
        /// Whether `expires_in`, `ext_expires_in` and `interval` come as text: `"3599"`. Some
        /// deployments sent them so.
        (Client) numbers_are_text: bool = false,
        /// Replaces `interval` by this JSON: `0`, `1e18`, `"1"`.
        (Chosen) interval_json: Option<Value> = None,
        /// Replaces `expires_in` by this JSON: `18446744073709551615`, `-1`, `null`.
        (Chosen) expires_in_json: Option<Value> = None,
    }
}

/// What a person answers who is asked whether an application may act for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Consent,
    /// No.
    Decline,
}

impl NamedValue for Answer {
    const ALL: &'static [(&'static str, Self)] =
        &[("consent", Answer::Consent), ("decline", Answer::Decline)];
}
