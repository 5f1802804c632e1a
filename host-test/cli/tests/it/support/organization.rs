//! An organization on a socket, for third-party programs, that a test can inspect.

use std::sync::MutexGuard;

use dataverse_sim::{Clock, Dataverse, Fault, Seed, Server, When, World};
use serde_json::{Value, json};

pub(crate) const TENANT: &str = "6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d";
pub(crate) const CLIENT: &str = "11112222-bbbb-3333-cccc-4444dddd5555";
pub(crate) const SECRET: &str = "simulated-client-secret";

pub(crate) struct Organization {
    server: Server,
}

impl Organization {
    pub(crate) fn start() -> Self {
        let mut world = World::new(&Seed::default());
        world.clock = Clock::System;
        Organization { server: Server::start(Dataverse::new(world), 0).unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    pub(crate) fn dataverse(&self) -> MutexGuard<'_, Dataverse> {
        self.server.dataverse()
    }

    /// The number of appointments with this subject.
    pub(crate) fn appointments(&self, subject: &str) -> usize {
        let dataverse = self.server.dataverse();
        let rows = dataverse.world.rows("appointment");
        rows.filter(|row| row.text("subject") == Some(subject)).count()
    }

    /// Applies the next such request but never answers it.
    pub(crate) fn leave_unanswered(&self, method: &str, resource: &str) {
        let fault = Fault::StalledBeforeFirstByte(When::AfterCommit);
        self.server.dataverse().next_for(method, resource, fault);
    }

    /// Whether such a request has arrived.
    pub(crate) fn has_left_unanswered(&self) -> bool {
        self.server.dataverse().faults_left() == 0
    }
}

/// The input that creates an appointment with this subject.
pub(crate) fn appointment(subject: &str, key: &str) -> Value {
    json!({
        "subject": subject,
        "scheduledstart": "2026-12-10T09:00:00Z",
        "scheduledend": "2026-12-10T09:30:00Z",
        "regarding_account_id": "0480c2cd-4063-4642-ae18-b4f1b78ad9d3",
        "required_attendee_email": "ann.baker@contoso.com",
        "idempotency_key": key,
    })
}
