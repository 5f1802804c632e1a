//! What the documentation leaves open about rows.

/// The named settings about rows; the defaults are what the reference says, or thinks likeliest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSettings {
    /// What `$top` and `odata.maxpagesize` together do; documentation has said two things.
    pub top_with_page_size: TopWithPageSize,
    /// Whether `ne 'x'` holds where nothing stands. Rows on which a filter is null do not come (doc), so: no. The
    /// `ne` of FetchXML, into which the service may translate, does match them (3p).
    pub ne_matches_null: bool,
    /// Whether columns that only the server sets are refused in a payload, rather than passed over. By default they
    /// are passed over, and so is `statecode` on create (inf).
    pub refuse_read_only_columns: bool,
    /// Whether the 201 of a create with `return=representation` has `OData-EntityId`: by the documentation not.
    pub representation_has_entity_id: bool,
    /// Whether the 204 of an update has `OData-EntityId` (unverified); that of an upsert which creates always has.
    pub update_has_entity_id: bool,
    /// Whether the server adds parties of its own to an appointment: organizer, owner, regarding (inf).
    pub server_adds_parties: bool,
    /// Whether an appointment that ends before it starts is refused. Forms refuse it; of the API nothing is known.
    pub refuse_end_before_start: bool,
    /// Whether completed and canceled appointments take no changes but that of their state. The table reference says
    /// read-only; through the API most inactive rows were found editable (3p).
    pub closed_appointments_are_read_only: bool,
}

impl Default for RecordSettings {
    fn default() -> Self {
        RecordSettings {
            top_with_page_size: TopWithPageSize::TopIsIgnored,
            ne_matches_null: false,
            refuse_read_only_columns: false,
            representation_has_entity_id: false,
            update_has_entity_id: true,
            server_adds_parties: true,
            refuse_end_before_start: false,
            closed_appointments_are_read_only: false,
        }
    }
}

/// What `$top` and `odata.maxpagesize` together do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopWithPageSize {
    /// The page of 2024: `$top` is ignored.
    TopIsIgnored,
    /// The page of 2021: `odata.maxpagesize` is ignored.
    PageSizeIsIgnored,
    /// Refused, for a strict test.
    Refused,
}
