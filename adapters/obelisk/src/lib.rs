//! The actions in the form that Obelisk takes: it drops functions that fail with a record, as those of the connector do.
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

/// What may be written again though it may stand already: a create under a key, and an update.
const REPEATABLE: [&str; 2] = [CREATE, "update_appointment"];

struct Activity;

impl Guest for Activity {
    fn run(action: String, input: String) -> Result<String, ActivityError> {
        if action == CREATE && has_no_key(&input) {
            return Err(ActivityError::PermanentFailure(
                "`idempotency_key` is missing (expected a text that stands for this appointment, such as the id of the \
                 workflow's execution): Obelisk runs an activity again whose server died, and only the key keeps a \
                 second run from making a second appointment"
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

/// Whether this is the input of a create without a key. What is no object at all is the connector's to refuse.
fn has_no_key(input: &str) -> bool {
    let input = serde_json::from_str::<Value>(input);
    input.is_ok_and(|input| input.is_object() && input["idempotency_key"].is_null())
}
