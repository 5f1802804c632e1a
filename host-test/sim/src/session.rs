//! What one request works with: the tables to read, the rows to change, and who asks when.

use uuid::Uuid;

use crate::ids::Ids;
use crate::query::filter::{Around, Asker};
use crate::query::{Options, filter::Filter};
use crate::record_settings::RecordSettings;
use crate::schema::Schema;
use crate::store::Store;

/// What one request works with.
pub(crate) struct Session<'a> {
    /// Every table.
    pub(crate) schema: &'a Schema,
    /// Every row.
    pub(crate) rows: &'a mut Store,
    /// What the documentation leaves open.
    pub(crate) settings: &'a RecordSettings,
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// The user on whose behalf it happens.
    pub(crate) caller: Uuid,
    /// Where new keys come from.
    pub(crate) ids: &'a mut Ids,
}

impl Session<'_> {
    /// What a filter needs to know while it is read.
    pub(crate) fn around<'s>(&'s self, options: &'s Options) -> Around<'s> {
        Around { schema: self.schema, options, now: self.now, caller: self.caller }
    }

    /// What asks conditions of rows.
    pub(crate) fn asker(&self) -> Asker<'_> {
        Asker {
            store: self.rows,
            ne_matches_null: self.settings.ne_matches_null,
            trailing_blanks_are_ignored: self.settings.trailing_blanks_are_ignored,
        }
    }

    /// Whether a row meets a condition, if there is one.
    pub(crate) fn meets(&self, filter: Option<&Filter>, row: &crate::store::Row) -> bool {
        filter.is_none_or(|filter| self.asker().meets(filter, row))
    }
}
