//! Tells faults.

use super::Dataverse;
use crate::fault::{Fault, InvalidFault, Told};
use crate::setting::UnknownName;

/// What a request may be for that is no entity set.
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
    /// Tells the fault to the next request of the Web API.
    pub fn next(&mut self, fault: Fault) {
        self.tell(Told::once(fault));
    }

    /// Tells the fault to the next request with this method (`*`: any) and first segment (`token`:
    /// the token endpoint).
    pub fn next_for(&mut self, method: &str, resource: &str, fault: Fault) {
        self.tell(Told::once(fault).method(method).resource(resource));
    }

    /// Tells the fault to the next so many requests of the Web API.
    pub fn times(&mut self, times: u32, fault: Fault) {
        self.tell(Told::times(times, fault));
    }

    /// Tells the fault to every request of the Web API from now on.
    pub fn always(&mut self, fault: Fault) {
        self.tell(Told::always(fault));
    }

    /// Tells a fault with all its conditions.
    pub fn tell(&mut self, told: Told) {
        self.faults.tell(told);
    }

    /// Tells a fault as text: `PATCH appointments=reset-after-commit:2`. See [`Told`] for the form.
    ///
    /// # Errors
    ///
    /// When the text is not understood, or names a resource that nothing here has. A table that does
    /// not exist yet may be named if its name has a prefix: `contoso_bankaccounts`.
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

    /// The told faults that are left, in order.
    pub fn told_faults(&self) -> impl Iterator<Item = &Told> {
        self.faults.iter()
    }

    /// Forgets all told faults.
    pub fn forget_faults(&mut self) {
        self.faults.forget();
    }

    /// How many told faults are left, without those of [`Dataverse::always`].
    pub fn faults_left(&self) -> u32 {
        self.faults.left()
    }
}
