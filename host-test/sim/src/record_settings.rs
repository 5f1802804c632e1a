//! Settings for behaviour of rows that the documentation leaves open.

use crate::setting::{NamedValue, named_settings};

named_settings! {
    /// The named settings about rows. The defaults follow the reference, or else the likelier
    /// behaviour.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RecordSettings {
        /// The effect of `$top` together with `odata.maxpagesize`: the documentation of 2021 and of
        /// 2024 differ.
        (Documented) top_with_page_size: TopWithPageSize = TopWithPageSize::TopIsIgnored,
        /// Whether `ne 'x'` matches an empty column. OData leaves out rows for which a filter is
        /// null, so the default is no. The `ne` of FetchXML, to which the service may translate,
        /// matches them.
        (Documented) ne_matches_null: bool = false,
        /// Whether `eq` ignores trailing blanks in text, as SQL Server does.
        (Inferred) trailing_blanks_are_ignored: bool = true,
        /// Whether `eq` is case-sensitive.
        (Documented) equality_minds_case: bool = false,
        /// Whether `contains` and its siblings are case-sensitive.
        (Documented) contains_minds_case: bool = false,
        /// Whether comparisons ignore accents: the collation of the database decides.
        (Inferred) accents_are_ignored: bool = false,
        /// Whether `%` in `contains` and its siblings matches any text.
        (Documented) percent_is_a_wildcard: bool = true,
        /// Whether `_` in `contains` and its siblings matches one character.
        (Documented) underscore_is_a_wildcard: bool = true,
        /// Whether brackets in `contains` and its siblings match one of the characters in them.
        (Documented) brackets_are_wildcards: bool = true,
        /// Whether a wildcard in brackets matches itself: `[%]`.
        (Inferred) brackets_escape_wildcards: bool = true,
        /// Whether rows without a value come last in ascending order. In SQL Server they come
        /// first.
        (Inferred) nulls_come_last: bool = false,
        /// Whether an appointment created through the API is open (0) and free (1) instead of
        /// scheduled (3) and busy (5).
        (Live) new_appointments_are_open: bool = false,
        /// Whether a create applies `statecode` instead of ignoring it.
        (Live) state_in_a_create_counts: bool = false,
        /// Whether a payload with a read-only column is refused. By default the column is ignored,
        /// and so is `statecode` in a create.
        (Inferred) refuse_read_only_columns: bool = false,
        /// Whether the 201 of a create with `return=representation` has `OData-EntityId`.
        (Documented) representation_has_entity_id: bool = false,
        /// Whether the 204 of an update has `OData-EntityId`, with `Location` beside it. That of an
        /// upsert that creates a row always has both.
        (Live) update_has_entity_id: bool = true,
        /// The form of the organization's host in next links: that of the request, or the other of
        /// `org.crm.dynamics.com` and `org.api.crm.dynamics.com`.
        (Inferred) next_links: NextLinks = NextLinks::AsAsked,
        /// Whether the server adds the organizer, the owner and the regarding row to the parties of
        /// an appointment.
        (Live) server_adds_parties: bool = true,
        /// Whether a PATCH creates a missing row (documented; with the parties of an appointment in
        /// the body, only a client relies on it).
        (Client) create_by_patch: CreateByPatch = CreateByPatch::Taken,
        /// Whether an appointment that ends before it starts is refused. Forms refuse it; for the
        /// API this is unknown.
        (Inferred) refuse_end_before_start: bool = false,
        /// Whether a completed or canceled appointment refuses an update: "Cannot update Closed or
        /// Cancelled Activity". An update that sets `statecode` passes.
        (Live) closed_appointments_are_read_only: bool = true,
        /// The status of that refusal: 400, or 405.
        (Inferred) closed_appointment_status: u32 = 400,
        /// The code of that refusal.
        (Inferred) closed_appointment_code: String = "0x80040233".to_owned(),
    }
}

/// Whether a PATCH creates a missing row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateByPatch {
    /// It does, whatever the body contains.
    Taken,
    /// It does not if related rows are in the body: 400 (inferred).
    RefusedWithParties,
    /// It does not: 405 (inferred).
    NotAllowed,
}

impl NamedValue for CreateByPatch {
    const ALL: &'static [(&'static str, Self)] = &[
        ("taken", CreateByPatch::Taken),
        ("refused-with-parties", CreateByPatch::RefusedWithParties),
        ("not-allowed", CreateByPatch::NotAllowed),
    ];
}

/// The effect of `$top` together with `odata.maxpagesize`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopWithPageSize {
    /// `$top` is ignored (the documentation of 2024).
    TopIsIgnored,
    /// `odata.maxpagesize` is ignored (the documentation of 2021).
    PageSizeIsIgnored,
    /// The request is refused, for a strict test.
    Refused,
}

impl NamedValue for TopWithPageSize {
    const ALL: &'static [(&'static str, Self)] = &[
        ("top-is-ignored", TopWithPageSize::TopIsIgnored),
        ("page-size-is-ignored", TopWithPageSize::PageSizeIsIgnored),
        ("refused", TopWithPageSize::Refused),
    ];
}

/// The form of the organization's host in next links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextLinks {
    /// The request's host.
    AsAsked,
    /// The other of `org.crm.dynamics.com` and `org.api.crm.dynamics.com`. Any other host stays
    /// unchanged.
    OtherSpelling,
}

impl NamedValue for NextLinks {
    const ALL: &'static [(&'static str, Self)] =
        &[("as-asked", NextLinks::AsAsked), ("other-spelling", NextLinks::OtherSpelling)];
}
