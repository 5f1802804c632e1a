//! Settings that change the form of answers.

use crate::setting::{NamedValue, named_settings};

named_settings! {
    /// The named settings about the form of answers. The defaults follow the reference, or else the
    /// likelier behaviour.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AnswerSettings {
        /// Whether rows have `@odata.etag`.
        (Documented) rows_have_etags: bool = true,
        /// Whether answers include the primary key of a row when it is not selected.
        (Documented) keys_come_unselected: bool = true,
        /// Whether answers have `@odata.context`.
        (Documented) answers_have_context: bool = true,
        /// Whether lists are counted when `$count=true` asks for it.
        (Documented) lists_are_counted: bool = true,
        /// When answers include formatted values.
        (Documented) formatted_values: FormattedValues = FormattedValues::OnDemand,
        /// Whether rows name the navigation property of a lookup when the request asks for
        /// annotations.
        (Live) rows_name_navigation_properties: bool = true,
        /// Whether moments have a fraction of the second: `2026-02-20T12:00:00.000Z`.
        (Documented) moments_have_fractions: bool = false,
        /// Whether ids are written in upper case.
        (Documented) ids_are_upper_case: bool = false,
        /// Whether a user's row includes `ownerid`.
        (Documented) users_have_owner_ids: bool = true,
        /// Whether the server computes the duration of an appointment.
        (Documented) durations_are_computed: bool = true,
        /// Whether a party includes the address that was used.
        (Live) parties_have_addresses: bool = true,
        /// Whether definitions of columns have `@odata.type`.
        (Documented) columns_have_types: bool = true,
        /// Whether `Preference-Applied` echoes a page size.
        (Documented) page_size_is_echoed: bool = true,
        /// Whether `Preference-Applied` echoes `return=representation`.
        (Documented) representation_is_echoed: bool = true,
        /// Whether the 204 of a created row has `OData-EntityId`.
        (Documented) created_row_has_entity_id: bool = true,
        /// Whether the 204 of a created row has `Location`.
        (Live) created_row_has_location: bool = true,
        /// Whether the 204 of a created table has `OData-EntityId`.
        (Documented) created_table_has_entity_id: bool = true,
        /// Whether a create by PATCH that returns the row answers 200 instead of 201.
        (Documented) create_by_patch_gives_200: bool = false,
        /// Whether a create by PATCH stores the parties in its body or ignores them.
        (Client) create_by_patch_takes_parties: bool = true,
        /// Whether a create uses the caller's id or ignores it.
        (Documented) chosen_ids_are_taken: bool = true,
        /// Whether an update answers 200 instead of 204.
        (Documented) changes_give_200: bool = false,
        /// Whether an update ignores `return=representation`.
        (Documented) changes_give_no_rows: bool = false,
        /// Whether the offset of a time is dropped: `12:00:00+02:00` becomes `12:00:00Z`.
        (Inferred) offsets_are_dropped: bool = false,
        /// Whether refusals have `innererror`, as they had until 2020.
        (Documented) refusals_have_inner_errors: bool = false,
        /// Whether refusals include details on request.
        (Documented) refusals_have_details: bool = true,
        /// Whether refusals have an undocumented message.
        (Live) refusals_have_other_words: bool = false,
        /// Whether the challenge of a 401 quotes its values.
        (Live) challenge_is_quoted: bool = false,
        /// Whether the body of a 401 is JSON.
        (Live) challenge_has_json: bool = false,
        /// Whether `x-ms-ratelimit-time-remaining-xrm-requests` has a comma between thousands.
        (Live) remaining_time_has_commas: bool = true,
        /// Whether `Retry-After` has a fraction.
        (Documented) retry_after_has_a_fraction: bool = false,
        /// Whether a refusal of the sign-in service has a trace id.
        (Documented) sign_in_refusals_have_traces: bool = true,
    }
}

/// When answers include formatted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormattedValues {
    /// When the request asks for annotations.
    OnDemand,
    /// Never.
    Never,
    /// Always.
    Always,
}

impl NamedValue for FormattedValues {
    const ALL: &'static [(&'static str, Self)] = &[
        ("on-demand", FormattedValues::OnDemand),
        ("never", FormattedValues::Never),
        ("always", FormattedValues::Always),
    ];
}
