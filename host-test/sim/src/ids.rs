//! The keys of new rows.

use uuid::Uuid;

/// The source of new keys. They are spread like random ones, but are the same in every run.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    given: u64,
}

impl Default for Ids {
    /// Starts far above the numbers of seeded rows.
    fn default() -> Self {
        Ids { given: 1 << 48 }
    }
}

impl Ids {
    /// A new key.
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

/// Spreads a number over 64 bits, one to one (the finalizer of `splitmix64`).
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
