//! The context of one request: tables, rows, user and time.

use uuid::Uuid;

use crate::ids::Ids;
use crate::query::filter::{Around, Asker};
use crate::query::{Options, filter::Filter};
use crate::record_settings::RecordSettings;
use crate::schema::Schema;
use crate::store::Store;

/// The context of one request.
pub(crate) struct Session<'a> {
    /// Every table.
    pub(crate) schema: &'a Schema,
    /// Every row.
    pub(crate) rows: &'a mut Store,
    /// The settings.
    pub(crate) settings: &'a RecordSettings,
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// The calling user.
    pub(crate) caller: Uuid,
    /// The source of new keys.
    pub(crate) ids: &'a mut Ids,
}

impl Session<'_> {
    /// The context for parsing a filter.
    pub(crate) fn around<'s>(&'s self, options: &'s Options) -> Around<'s> {
        Around { schema: self.schema, options, now: self.now, caller: self.caller }
    }

    /// The evaluator of conditions.
    pub(crate) fn asker(&self) -> Asker<'_> {
        Asker { store: self.rows, settings: self.settings }
    }

    /// Whether a row satisfies a condition; without one, every row does.
    pub(crate) fn meets(&self, filter: Option<&Filter>, row: &crate::store::Row) -> bool {
        filter.is_none_or(|filter| self.asker().meets(filter, row))
    }
}
