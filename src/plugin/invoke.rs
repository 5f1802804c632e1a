//! `invoke(action, input)`: an action by name, whose output always matches its schema.

use alloc::string::String;

use super::run;
use crate::action::{MemberKind, OutputMember};
use crate::actions;
use crate::contract::Failure;
use crate::json;
use crate::outside::Outside;

/// Runs the action with this name; the output always matches its schema.
pub fn invoke(action: &str, input: &str, outside: Outside<'_>) -> String {
    run(action, input, outside).unwrap_or_else(|failure| {
        failed(&failure, actions::find(action).map_or(&[], |entry| entry.spec.output))
    })
}

fn failed(failure: &Failure, output: &[OutputMember]) -> String {
    json::object(|json| {
        json.boolean("success", false);
        json.text("error", &failure.message);
        for member in output {
            match (member.kind, &failure.row_id) {
                (MemberKind::RowId, Some(id)) => json.text(member.name, id),
                (MemberKind::Objects | MemberKind::Texts, _) => json.raw(member.name, "[]"),
                _ => json.raw(member.name, "null"),
            }
        }
    })
}
