//! Snapshots of the organization.

use super::Dataverse;
use crate::world::World;

/// The tables, rows, clock and settings of an organization at one time. Tokens are not part of it:
/// signed-in users stay signed in.
#[derive(Debug, Clone)]
pub struct Snapshot(World);

impl Dataverse {
    /// Takes a snapshot.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.world.clone())
    }

    /// Restores a snapshot. The journal, the queued faults and the tokens stay unchanged.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.world = snapshot.0.clone();
    }
}
