//! The actions in the form that Obelisk takes: it drops functions that fail with a record, as those of the connector do.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod bindings;

#[global_allocator]
static ALLOCATOR: adapter_runtime::Arena = adapter_runtime::Arena::new();

use alloc::string::String;

use bindings::dynamics365::sales::actions::FailureKind;
use bindings::dynamics365::sales::plugin;
use bindings::exports::dynamics365::obelisk::activity::{ActivityError, Guest};

struct Activity;

impl Guest for Activity {
    fn run(action: String, input: String) -> Result<String, ActivityError> {
        plugin::run(&action, &input).map_err(|failure| {
            // A write that may stand is not for a machine to repeat.
            if failure.kind == FailureKind::Wait && !failure.may_have_been_applied {
                ActivityError::TemporaryFailure(failure.message)
            } else {
                ActivityError::PermanentFailure(failure.message)
            }
        })
    }
}
