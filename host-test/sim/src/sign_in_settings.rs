//! Settings for signing in: the user's answers, and behaviour that the documentation leaves open.

use std::time::Duration;

use serde_json::Value;

use crate::setting::{NamedValue, named_settings};

named_settings! {
    /// The named settings about signing in. The defaults follow the reference, or else the likelier
    /// behaviour.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SignInSettings {
        /// The user's answer in the browser and on the device code page.
        (Chosen) answer: Answer = Answer::Consent,
        /// How long an authorization code lives: about ten minutes.
        (Documented) code_life: Duration = Duration::from_secs(600),
        /// How long a device code lives: 15 minutes.
        (Documented) device_code_life: Duration = Duration::from_secs(900),
        /// How long a client waits between two polls for a device code: 5 seconds.
        (Client) device_code_interval: Duration = Duration::from_secs(5),
        /// The number of polls for a device code that get `authorization_pending` before the user
        /// answers.
        (Chosen) polls_until_answered: u32 = 1,
        /// Whether a poll that comes too early gets `slow_down`. RFC 8628 defines it; Entra's
        /// documentation does not mention it.
        (Inferred) slow_down: bool = false,
        /// Whether `expires_in`, `ext_expires_in` and `interval` are text: `"3599"`. Some
        /// deployments sent them this way.
        (Client) numbers_are_text: bool = false,
        /// Replaces `interval` by this JSON: `0`, `1e18`, `"1"`.
        (Chosen) interval_json: Option<Value> = None,
        /// Replaces `expires_in` by this JSON: `18446744073709551615`, `-1`, `null`.
        (Chosen) expires_in_json: Option<Value> = None,
    }
}

/// A user's answer when asked for consent to an application.
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
