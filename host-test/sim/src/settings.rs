//! What the documentation leaves open, and what organizations may have set: every choice has a name here.

use std::time::Duration;

use crate::record_settings::RecordSettings;
use crate::sign_in_settings::SignInSettings;

/// The named settings of the organization; [`Settings::default`] is what the reference says, or thinks likeliest.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Scheme and authority of the organization for absolute links (`https://contoso.crm.dynamics.com`).
    /// Without one, that of the request is taken: right behind a socket and in tests alike.
    pub origin: Option<String>,
    /// Scheme and authority of the sign-in service, as the 401 challenge names it. Without one it is the
    /// organization's own origin, where this simulator answers for both.
    pub authority: Option<String>,
    /// The tenant that the challenge names and that the token endpoint answers for.
    pub tenant_id: String,
    /// Whether requests to the Web API need a token. The real service always wants one.
    pub authentication: bool,
    /// Whether a token is refused when it was issued for another organization. The real service does (doc).
    pub check_audience: bool,
    /// How long an access token lives: `expires_in` is one second less, as Entra says 3599 (doc).
    pub access_token_life: Duration,
    /// How long a refresh token lives: 90 days (doc).
    pub refresh_token_life: Duration,
    /// Whether a refresh token dies when it has been used. Entra replaces it and does not revoke the old one (doc).
    pub refresh_tokens_are_single_use: bool,
    /// The service protection limit on requests in [`Settings::window`]: 6000, on newer organizations 8000 [doc, wire].
    pub request_limit: u32,
    /// The service protection limit on execution time in [`Settings::window`]: 20 minutes (doc).
    pub execution_time_limit: Duration,
    /// The sliding window of both limits: 300 seconds (doc).
    pub window: Duration,
    /// What one request counts as execution time. No documented figure: 50 ms is a usual one for small reads.
    pub execution_time: Duration,
    /// The service protection limit on requests at once: 52 or higher (doc). Only the socket server has more than one.
    pub concurrency_limit: u32,
    /// Whether the limits are enforced, with real 429 answers, or only counted down in the headers.
    pub enforce_limits: bool,
    /// `x-ms-dop-hint`: 48 and 4 were both seen (wire).
    pub dop_hint: u32,
    /// How long the socket server waits before it answers (outside the lock, so that requests overlap).
    pub latency: Duration,
    /// Whether a read of metadata without `Consistency: Strong` misses changes of the last 30 seconds. The cache is
    /// documented, how a given read falls is not; off by default.
    pub metadata_cache_lag: bool,
    /// Whether labels come with `UserLocalizedLabel: null`, as for a user whose language has no translation (doc).
    pub user_labels_are_null: bool,
    /// Whether `OptionSet` of a global choice is null, as it was formerly; the current page serves both expands (doc).
    pub global_choice_hides_option_set: bool,
    /// Whether `AttributeType eq 'String'` holds, without the name of the enumeration. The documentation says that the
    /// name must be there; the documentation of Microsoft's Python client does without. By default it holds.
    pub text_compares_with_enums: bool,
    /// What the answer to a cast of a column to another type is: 404 by default (inf), or 400.
    pub wrong_cast_is_bad_request: bool,
    /// Whether a table that is made without naming a solution may have the prefix of any publisher. By default only that of
    /// the default solution's publisher, `new` (inf).
    pub any_prefix_without_solution: bool,
    /// Whether the 204 of a created table has `Location` beside `OData-EntityId` (unverified).
    pub created_table_has_location: bool,
    /// The language of the organization: labels in another one are refused.
    pub base_language: u32,
    /// What is left open about rows, their queries and payloads.
    pub records: RecordSettings,
    /// What a person does who is asked to sign in, and what is left open about that.
    pub sign_in: SignInSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            origin: None,
            authority: None,
            tenant_id: "6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d".to_owned(),
            authentication: true,
            check_audience: true,
            access_token_life: Duration::from_secs(3_600),
            refresh_token_life: Duration::from_secs(90 * 86_400),
            refresh_tokens_are_single_use: false,
            request_limit: 6_000,
            execution_time_limit: Duration::from_secs(1_200),
            window: Duration::from_secs(300),
            execution_time: Duration::from_millis(50),
            concurrency_limit: 52,
            enforce_limits: true,
            dop_hint: 48,
            latency: Duration::ZERO,
            metadata_cache_lag: false,
            user_labels_are_null: false,
            global_choice_hides_option_set: false,
            text_compares_with_enums: true,
            wrong_cast_is_bad_request: false,
            any_prefix_without_solution: false,
            created_table_has_location: false,
            base_language: 1_033,
            records: RecordSettings::default(),
            sign_in: SignInSettings::default(),
        }
    }
}
