//! An Obelisk workflow that uses the actions: it finds a contact and its account, creates an
//! appointment, and updates it.
//!
//! A workflow does no I/O itself. If its server dies, it runs again from the start and gets the
//! stored results of the activities it has already called.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod bindings;

#[global_allocator]
static ALLOCATOR: adapter_runtime::Arena = adapter_runtime::Arena::new();

use alloc::format;
use alloc::string::String;

use serde_json::{Value, json};

use bindings::dynamics365::obelisk::activity::{self, ActivityError};
use bindings::exports::dynamics365::visits::visits::{Guest, PlannedVisit, Visit, VisitError};
use bindings::obelisk::workflow::workflow_support::execution_id_current;

struct Visits;

impl Guest for Visits {
    fn plan(visit: Visit) -> Result<PlannedVisit, VisitError> {
        let contact = contact(&visit.contact_name)?;
        let account_id = text(&contact, "_parentcustomerid_value")?;
        let created = run(
            "create_appointment",
            &json!({
                "subject": visit.subject,
                "scheduledstart": visit.scheduledstart,
                "scheduledend": visit.scheduledend,
                "regarding_account_id": account_id,
                "required_attendee_email": visit.required_attendee_email,
                "idempotency_key": format!("{}/appointment", execution_id_current().id),
            }),
        )?;
        let appointment_id = text(&created, "appointment_id")?;
        let subject = format!("{}: {}", visit.subject, text(&contact, "fullname")?);
        run("update_appointment", &json!({"appointment_id": appointment_id, "subject": subject}))?;
        Ok(PlannedVisit { appointment_id, account_id, deep_link: text(&created, "deep_link")? })
    }
}

/// The only contact with this name.
fn contact(name: &str) -> Result<Value, VisitError> {
    let mut answer = run("find_contact", &json!({"name": name}))?;
    let found = answer["contacts"].as_array_mut();
    match found.map(core::mem::take).unwrap_or_default().as_mut_slice() {
        [contact] => Ok(contact.take()),
        [] => Err(VisitError::PermanentFailure(format!("no contact is named `{name}`"))),
        several => Err(VisitError::PermanentFailure(format!(
            "{} contacts are named `{name}` (expected one)",
            several.len()
        ))),
    }
}

/// Runs an action as an activity and returns its result; Obelisk retries temporary failures.
fn run(action: &str, input: &Value) -> Result<Value, VisitError> {
    let answer = activity::run(action, &format!("{input}")).map_err(|error| match error {
        ActivityError::PermanentFailure(why) => VisitError::PermanentFailure(why),
        ActivityError::TemporaryFailure(why) => VisitError::TemporaryFailure(why),
        ActivityError::ExecutionFailed => VisitError::ExecutionFailed,
    })?;
    serde_json::from_str(&answer).map_err(|error| {
        VisitError::PermanentFailure(format!("the answer of `{action}` is not JSON: {error}"))
    })
}

fn text(object: &Value, member: &str) -> Result<String, VisitError> {
    object[member].as_str().map(String::from).ok_or_else(|| {
        VisitError::PermanentFailure(format!("the answer lacks `{member}`, which the visit needs"))
    })
}
