//! The organization at a moment, to come back to.

use super::Dataverse;
use crate::world::World;

/// The tables, rows, clock and settings of an organization at a moment. Tokens are not part of it:
/// whoever is signed in stays so.
#[derive(Debug, Clone)]
pub struct Snapshot(World);

impl Dataverse {
    /// The organization as it is now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.world.clone())
    }

    /// Makes the organization what it was. Journal, told faults and tokens stay as they are.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.world = snapshot.0.clone();
    }
}
