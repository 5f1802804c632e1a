//! What one request works with: the tables to read, the rows to change, and who asks when.

use uuid::Uuid;

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
        Asker { store: self.rows, ne_matches_null: self.settings.ne_matches_null }
    }

    /// Whether a row meets a condition, if there is one.
    pub(crate) fn meets(&self, filter: Option<&Filter>, row: &crate::store::Row) -> bool {
        filter.is_none_or(|filter| self.asker().meets(filter, row))
    }
}

/// New keys: not random, so that a world is the same every time, but spread like random ones.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    given: u64,
}

impl Default for Ids {
    /// Far above the numbers that seeds use.
    fn default() -> Self {
        Ids { given: 1 << 48 }
    }
}

impl Ids {
    /// A key that was not given before.
    pub(crate) fn next(&mut self) -> Uuid {
        self.given += 1;
        Ids::of(self.given)
    }

    /// The key with this number.
    pub(crate) fn of(number: u64) -> Uuid {
        let (high, low) = (mix(number), mix(number ^ 0x5DEE_CE66_D000_0000));
        uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
            .into_uuid()
    }
}

/// Spreads a number over 64 bits, each number to another (the finalizer of `splitmix64`).
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
