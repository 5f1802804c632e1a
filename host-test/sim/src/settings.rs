//! Settings for behaviour that the documentation leaves open or that differs between organizations.

use std::time::Duration;

use crate::answer_settings::AnswerSettings;
use crate::record_settings::RecordSettings;
use crate::refusal_settings::Otherwise;
use crate::setting::{
    Entry, NamedValue, Setting, SettingError, UnknownName, named_settings, same_name,
};
use crate::sign_in_settings::SignInSettings;

named_settings! {
    /// The named settings of the organization. [`Settings::default`] follows the reference, or else
    /// the likelier behaviour.
    ///
    /// ```
    /// use dataverse_sim::Settings;
    ///
    /// let mut settings = Settings::default();
    /// settings.set_by_name("base_language", "1031")?;
    /// assert_eq!(settings.base_language, 1031);
    /// let error = settings.set_by_name("base_langage", "1031").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "unknown setting `base_langage` (did you mean `base_language`?)"
    /// );
    /// # Ok::<(), dataverse_sim::SettingError>(())
    /// ```
    #[derive(Debug, Clone)]
    pub struct Settings {
        /// Scheme and authority of the organization in absolute links
        /// (`https://contoso.crm.dynamics.com`). Without it, links use those of the request, which
        /// is right both behind a socket and in tests.
        (Chosen) origin: Option<String> = None,
        /// Scheme and authority of the sign-in service in the 401 challenge. Without it, the
        /// organization's own origin, because this simulator answers for both.
        (Chosen) authority: Option<String> = None,
        /// The tenant in the challenge and of the token endpoint.
        (Chosen) tenant_id: String = "6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d".to_owned(),
        /// Whether requests to the Web API need a token.
        (Documented) authentication: bool = true,
        /// Whether a token for another organization is refused.
        (Documented) check_audience: bool = true,
        /// How long an access token lives. `expires_in` is one second less, as Entra reports 3599.
        (Documented) access_token_life: Duration = Duration::from_secs(3_600),
        /// How long a refresh token lives: 90 days.
        (Documented) refresh_token_life: Duration = Duration::from_secs(90 * 86_400),
        /// Whether a refresh token can be redeemed only once. Entra issues a new one and does not
        /// revoke the old one.
        (Documented) refresh_tokens_are_single_use: bool = false,
        /// The service protection limit on requests in the window: 6000; newer organizations have
        /// 8000.
        (Documented) request_limit: u32 = 6_000,
        /// The service protection limit on execution time in the window: 20 minutes.
        (Documented) execution_time_limit: Duration = Duration::from_secs(1_200),
        /// The sliding window of both limits: 300 seconds.
        (Documented) window: Duration = Duration::from_secs(300),
        /// The execution time that one request counts for. 50 ms is usual for small reads.
        (Inferred) execution_time: Duration = Duration::from_millis(50),
        /// The service protection limit on concurrent requests: 52 or higher. Only the socket
        /// server has more than one.
        (Documented) concurrency_limit: u32 = 52,
        /// Whether the limits are enforced, with real 429 answers, or only counted down in the
        /// headers.
        (Documented) enforce_limits: bool = true,
        /// The header `x-ms-dop-hint`: both 48 and 4 were observed.
        (Live) dop_hint: u32 = 48,
        /// Whether the socket server compresses an answer for a client that asks for gzip. A
        /// capture of a browser session has `Vary: Accept-Encoding`; it is not documented.
        (Live) compression: bool = true,
        /// How long the socket server waits before it answers. Requests overlap during the wait.
        (Chosen) latency: Duration = Duration::ZERO,
        /// The number of seconds by which the service's HTTP dates (`Date`, and `Retry-After` as a
        /// date) are ahead of the clock.
        (Chosen) date_skew: i64 = 0,
        /// The status of the refusal when the calling user is disabled.
        (Live) disabled_user_status: DisabledUserStatus = DisabledUserStatus::Forbidden,
        /// Whether the organization is disabled: every request is refused with 0x8004a104.
        (Chosen) organization_is_disabled: bool = false,
        /// Whether a read of metadata without `Consistency: Strong` misses changes of the last 30
        /// seconds. The cache is documented; its effect on a single read is not.
        (Inferred) metadata_cache_lag: bool = false,
        /// Whether labels have `UserLocalizedLabel: null`, as for a user whose language has no
        /// translation.
        (Documented) user_labels_are_null: bool = false,
        /// Whether `OptionSet` of a global choice is null, as it formerly was. By the current
        /// documentation both `$expand`s work.
        (Documented) global_choice_hides_option_set: bool = false,
        /// Whether `AttributeType eq 'String'` holds, without the name of the enumeration. The
        /// documentation requires the name; Microsoft's Python client omits it.
        (Client) text_compares_with_enums: bool = true,
        /// Whether a cast of a column to another type answers 400 instead of 404.
        (Inferred) wrong_cast_is_bad_request: bool = false,
        /// Whether a table that names no solution may have the prefix of any publisher. By default
        /// it must have that of the default solution's publisher, `new`.
        (Inferred) any_prefix_without_solution: bool = false,
        /// Whether the 204 of a created table or column has `Location` beside `OData-EntityId`.
        (Live) created_table_has_location: bool = true,
        /// Whether the entity set of a new table has the table's own name instead of its plural.
        (Inferred) sets_are_named_like_tables: bool = false,
        /// The maximum length of a table's schema name: names of 51 and 65 characters were created.
        (Live) longest_table_name: u32 = 95,
        /// The maximum length of a column's schema name.
        (Inferred) longest_column_name: u32 = 100,
        /// The base language of the organization: `organizations.languagecode`, and the language of
        /// all stock labels.
        (Live) base_language: u32 = 1_033,
        /// The installed languages besides the base language.
        (Live) other_languages: Vec<u32> = Vec::new(),
        /// The treatment of a label in a language that is not installed: some columns refuse it,
        /// others store it invisibly.
        (Live) uninstalled_labels: UninstalledLabels = UninstalledLabels::Refused,
    }
    beside {
        /// Settings about rows, their queries and payloads.
        records: RecordSettings,
        /// Settings about signing in.
        sign_in: SignInSettings,
        /// Settings that change the form of answers.
        answers: AnswerSettings,
        /// Changed refusals, missing headers and other lengths.
        otherwise: Otherwise,
    }
}

/// The status of a disabled user's refusal; both were observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledUserStatus {
    /// 403
    Forbidden,
    /// 400
    BadRequest,
}

impl NamedValue for DisabledUserStatus {
    const ALL: &'static [(&'static str, Self)] =
        &[("403", DisabledUserStatus::Forbidden), ("400", DisabledUserStatus::BadRequest)];
}

/// The treatment of a label in a language that is not installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UninstalledLabels {
    /// The request is refused with 0x80044195.
    Refused,
    /// The label is stored, and no user sees it.
    Kept,
}

impl NamedValue for UninstalledLabels {
    const ALL: &'static [(&'static str, Self)] =
        &[("refused", UninstalledLabels::Refused), ("kept", UninstalledLabels::Kept)];
}

impl Settings {
    /// All settings, in the order of their declaration: those of the organization, of rows, of
    /// signing in, of answers, of single occasions.
    pub fn names() -> Vec<Setting> {
        let own = Settings::ENTRIES.iter().map(Entry::setting);
        let records = RecordSettings::ENTRIES.iter().map(Entry::setting);
        let sign_in = SignInSettings::ENTRIES.iter().map(Entry::setting);
        let answers = AnswerSettings::ENTRIES.iter().map(Entry::setting);
        own.chain(records).chain(sign_in).chain(answers).chain(Otherwise::names()).collect()
    }

    /// The value of each setting, by name, in the order of [`Settings::names`].
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let own = Settings::ENTRIES.iter().map(|entry| (entry.name, (entry.show)(self)));
        let records = RecordSettings::ENTRIES.iter();
        let records = records.map(|entry| (entry.name, (entry.show)(&self.records)));
        let sign_in = SignInSettings::ENTRIES.iter();
        let sign_in = sign_in.map(|entry| (entry.name, (entry.show)(&self.sign_in)));
        own.chain(records).chain(sign_in).collect()
    }

    /// Sets one by its name. `-` counts as `_`.
    ///
    /// # Errors
    ///
    /// Fails if no setting has this name, or if the value is invalid.
    pub fn set_by_name(&mut self, name: &str, value: &str) -> Result<(), SettingError> {
        set(self, Settings::ENTRIES, name, value)
            .or_else(|| set(&mut self.records, RecordSettings::ENTRIES, name, value))
            .or_else(|| set(&mut self.sign_in, SignInSettings::ENTRIES, name, value))
            .or_else(|| set(&mut self.answers, AnswerSettings::ENTRIES, name, value))
            .or_else(|| self.set_otherwise(name, value))
            .unwrap_or_else(|| {
                let known = Settings::names().into_iter().map(|setting| setting.name);
                Err(SettingError::UnknownName(UnknownName::among("setting", name, known)))
            })
    }

    fn set_otherwise(&mut self, name: &str, value: &str) -> Option<Result<(), SettingError>> {
        let result = self.otherwise.set(name, value)?;
        // A refusal must occur before it can be changed.
        if result.is_ok() && same_name("refusal.end_before_start", name) {
            self.records.refuse_end_before_start |= !value.trim().is_empty();
        }
        Some(result.map_err(|expected| {
            SettingError::InvalidValue {
                name: Otherwise::names()
                    .into_iter()
                    .find(|setting| same_name(setting.name, name))
                    .map_or("", |setting| setting.name),
                value: value.to_owned(),
                expected,
            }
        }))
    }

    /// The installed languages, the base language first.
    pub(crate) fn languages(&self) -> Vec<u32> {
        let others = self.other_languages.iter().copied();
        let others = others.filter(|language| *language != self.base_language);
        std::iter::once(self.base_language).chain(others).collect()
    }
}

/// Sets the entry of this name; `None` if the name is unknown.
fn set<S>(
    settings: &mut S,
    entries: &[Entry<S>],
    name: &str,
    value: &str,
) -> Option<Result<(), SettingError>> {
    let entry = entries.iter().find(|entry| same_name(entry.name, name))?;
    let refused = || SettingError::InvalidValue {
        name: entry.name,
        value: value.to_owned(),
        expected: (entry.expected)(),
    };
    Some((entry.set)(settings, value).ok_or_else(refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_takes_its_own_default_and_says_what_it_means() {
        let mut settings = Settings::default();
        let untouched = format!("{settings:?}");
        let mut names = Vec::new();
        for setting in Settings::names() {
            settings.set_by_name(setting.name, &setting.default).unwrap();
            let whole = setting.meaning.ends_with(['.', '"']);
            assert!(whole && !setting.meaning.contains("  "), "{setting:?}");
            assert!(!setting.values.is_empty(), "{setting:?}");
            names.push(setting.name);
        }
        assert_eq!(format!("{settings:?}"), untouched);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Settings::names().len());
    }

    #[test]
    fn a_setting_of_each_kind_is_set_by_its_name() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("closed-appointments-are-read-only", "false"),
            ("TOP_WITH_PAGE_SIZE", "refused"),
            ("access_token_life", "0.5"),
            ("other_languages", "1031, 1036"),
            ("interval_json", "1e18"),
            ("origin", "https://contoso.crm.dynamics.com"),
            ("date_skew", "-600"),
            ("disabled_user_status", "400"),
        ] {
            settings.set_by_name(name, value).unwrap();
        }
        assert!(!settings.records.closed_appointments_are_read_only);
        assert_eq!(
            settings.records.top_with_page_size,
            crate::record_settings::TopWithPageSize::Refused
        );
        assert_eq!(settings.access_token_life, Duration::from_millis(500));
        assert_eq!(settings.languages(), [1_033, 1_031, 1_036]);
        assert_eq!(settings.sign_in.interval_json.as_ref().unwrap().to_string(), "1e+18");
        assert_eq!(settings.origin.as_deref(), Some("https://contoso.crm.dynamics.com"));
        assert_eq!(settings.date_skew, -600);
        assert_eq!(settings.disabled_user_status, DisabledUserStatus::BadRequest);
    }

    #[test]
    fn says_what_is_expected() {
        let error = |name: &str, value: &str| {
            Settings::default().set_by_name(name, value).unwrap_err().to_string()
        };
        assert_eq!(
            error("closed-activities-are-read-only", "x"),
            "unknown setting `closed-activities-are-read-only` \
             (did you mean `closed_appointments_are_read_only`?)"
        );
        assert_eq!(error("zzz", "x"), "unknown setting `zzz`");
        assert_eq!(
            error("authentication", "maybe"),
            "`maybe` is not a valid value of the setting `authentication` (expected true or false)"
        );
        assert_eq!(
            error("top_with_page_size", "5"),
            "`5` is not a valid value of the setting `top_with_page_size` (expected top-is-ignored, \
             page-size-is-ignored or refused)"
        );
        assert_eq!(
            error("latency", "-1"),
            "`-1` is not a valid value of the setting `latency` (expected seconds (`90`, `0.05`))"
        );
    }
}
