//! The actions for Obelisk. Obelisk ignores functions whose error is a record, as the connector's
//! is, so this adapter exports one function with an error that Obelisk understands.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod bindings;

#[global_allocator]
static ALLOCATOR: adapter_runtime::Arena = adapter_runtime::Arena::new();

use alloc::string::String;

use serde_json::Value;

use bindings::dynamics365::sales::actions::FailureKind;
use bindings::dynamics365::sales::plugin;
use bindings::exports::dynamics365::obelisk::activity::{ActivityError, Guest};

const CREATE: &str = "create_appointment";

/// The writes that are safe to repeat even if the first attempt was applied: a create with a key,
/// and an update.
const REPEATABLE: [&str; 2] = [CREATE, "update_appointment"];

struct Activity;

impl Guest for Activity {
    fn run(action: String, input: String) -> Result<String, ActivityError> {
        if action == CREATE && has_no_key(&input) {
            return Err(ActivityError::PermanentFailure(
                "`idempotency_key` is missing (expected a text that identifies this appointment, such as the workflow's execution \
                 id): Obelisk runs an activity again if its server died, and only the key keeps the second run from \
                 creating a second appointment"
                    .into(),
            ));
        }
        plugin::run(&action, &input).map_err(|failure| {
            let is_repeatable =
                !failure.may_have_been_applied || REPEATABLE.contains(&action.as_str());
            if failure.kind == FailureKind::Wait && is_repeatable {
                ActivityError::TemporaryFailure(failure.message)
            } else {
                ActivityError::PermanentFailure(failure.message)
            }
        })
    }
}

/// Whether this input has no key. Input that is not an object is left for the connector to refuse.
fn has_no_key(input: &str) -> bool {
    let input = serde_json::from_str::<Value>(input);
    input.is_ok_and(|input| input.is_object() && input["idempotency_key"].is_null())
}
