//! What a person does who is asked to sign in, and what is left open about signing in.

use std::time::Duration;

/// The named settings about signing in; the defaults are what the reference says, or thinks likeliest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInSettings {
    /// What the person answers, in the browser and where a device code is entered.
    pub answer: Answer,
    /// How long an authorization code lives: about ten minutes (doc).
    pub code_life: Duration,
    /// How long a device code lives: 15 minutes (doc).
    pub device_code_life: Duration,
    /// How long to wait between two questions about a device code: 5 seconds (3p).
    pub device_code_interval: Duration,
    /// How many questions about a device code are answered with `authorization_pending` before the person has answered.
    pub polls_until_answered: u32,
    /// Whether a question that comes too early is answered with `slow_down`. RFC 8628 has it; Entra's page does not name it.
    pub slow_down: bool,
}

/// What a person answers who is asked whether an application may act for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Consent,
    /// No.
    Decline,
}

impl Default for SignInSettings {
    fn default() -> Self {
        SignInSettings {
            answer: Answer::Consent,
            code_life: Duration::from_secs(600),
            device_code_life: Duration::from_secs(900),
            device_code_interval: Duration::from_secs(5),
            polls_until_answered: 1,
            slow_down: false,
        }
    }
}
