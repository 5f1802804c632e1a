//! Tells faults.

use super::Dataverse;
use crate::fault::{Fault, Told};

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

    /// Forgets all told faults.
    pub fn forget_faults(&mut self) {
        self.faults.forget();
    }

    /// How many told faults are left, without those of [`Dataverse::always`].
    pub fn faults_left(&self) -> u32 {
        self.faults.left()
    }
}
