//! Queues faults.

use super::Dataverse;
use crate::fault::{Fault, InvalidFault, Told};
use crate::setting::UnknownName;

/// Resources other than entity sets that a fault may name.
const NO_SETS: [&str; 11] = [
    "$batch",
    "$metadata",
    "CreateEntities",
    "EntityDefinitions",
    "GlobalOptionSetDefinitions",
    "RetrieveProvisionedLanguages",
    "RetrieveTotalRecordCount",
    "RetrieveVersion",
    "WhoAmI",
    "devicecode",
    "token",
];

impl Dataverse {
    /// Queues the fault for the next Web API request.
    pub fn next(&mut self, fault: Fault) {
        self.tell(Told::once(fault));
    }

    /// Queues the fault for the next request with this method (`*`: any) and first segment
    /// (`token`: the token endpoint).
    pub fn next_for(&mut self, method: &str, resource: &str, fault: Fault) {
        self.tell(Told::once(fault).method(method).resource(resource));
    }

    /// Queues the fault for this many Web API requests.
    pub fn times(&mut self, times: u32, fault: Fault) {
        self.tell(Told::times(times, fault));
    }

    /// Applies the fault to every Web API request from now on.
    pub fn always(&mut self, fault: Fault) {
        self.tell(Told::always(fault));
    }

    /// Queues a fault with all its conditions.
    pub fn tell(&mut self, told: Told) {
        self.faults.tell(told);
    }

    /// Queues a fault given as text: `PATCH appointments=reset-after-commit:2`. See [`Told`] for
    /// the form.
    ///
    /// # Errors
    ///
    /// Fails if the text is malformed or names an unknown resource. It may name a table that does
    /// not exist yet if the name has a prefix: `contoso_bankaccounts`.
    pub fn tell_by_text(&mut self, text: &str) -> Result<(), InvalidFault> {
        let told: Told = text.parse()?;
        if let Some(resource) = told.sought_resource() {
            let sets = self.world.schema.tables.values().map(|table| table.set_name.as_str());
            let mut known = sets.chain(NO_SETS);
            if !resource.contains('_') && !known.any(|known| known == resource) {
                let sets = self.world.schema.tables.values().map(|table| table.set_name.as_str());
                let unknown = UnknownName::among("resource", resource, sets.chain(NO_SETS));
                return Err(InvalidFault(unknown.to_string()));
            }
        }
        self.tell(told);
        Ok(())
    }

    /// The queued faults, in order.
    pub fn told_faults(&self) -> impl Iterator<Item = &Told> {
        self.faults.iter()
    }

    /// Removes all queued faults.
    pub fn forget_faults(&mut self) {
        self.faults.forget();
    }

    /// The number of queued faults, without those of [`Dataverse::always`].
    pub fn faults_left(&self) -> u32 {
        self.faults.left()
    }
}
