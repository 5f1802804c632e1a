//! Telling what goes wrong.

use super::Dataverse;
use crate::fault::{Fault, Told};

impl Dataverse {
    /// The fault, for the next request of the Web API.
    pub fn next(&mut self, fault: Fault) {
        self.tell(Told::once(fault));
    }

    /// The fault, for the next request with this method (`*`: any) and first segment (`token`: the token endpoint).
    pub fn next_for(&mut self, method: &str, resource: &str, fault: Fault) {
        self.tell(Told::once(fault).method(method).resource(resource));
    }

    /// The fault, for the next so many requests of the Web API.
    pub fn times(&mut self, times: u32, fault: Fault) {
        self.tell(Told::times(times, fault));
    }

    /// The fault, for every request of the Web API from now on.
    pub fn always(&mut self, fault: Fault) {
        self.tell(Told::always(fault));
    }

    /// A fault with all its conditions.
    pub fn tell(&mut self, told: Told) {
        self.faults.tell(told);
    }

    /// Lets all told faults be forgotten.
    pub fn forget_faults(&mut self) {
        self.faults.forget();
    }

    /// How many told faults are still to come (those told for always are not counted).
    pub fn faults_left(&self) -> u32 {
        self.faults.left()
    }
}
