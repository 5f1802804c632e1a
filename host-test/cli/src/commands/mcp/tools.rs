//! The tools: the actions of the manifest, in its words and with its schemas.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde::Deserialize;

use crate::commands::Stop;
use crate::commands::effect::only_reads;

#[derive(Deserialize)]
struct Manifest {
    actions: Vec<Action>,
}

#[derive(Deserialize)]
struct Action {
    name: String,
    description: String,
    input_schema: JsonObject,
    output_schema: JsonObject,
}

/// A tool for each action of the manifest.
pub(crate) fn of(manifest: &str) -> Result<Vec<Tool>, Stop> {
    let manifest: Manifest = serde_json::from_str(manifest).map_err(|error| {
        Stop::Failed(format!("the component's manifest is not what it should be: {error}"))
    })?;
    Ok(manifest.actions.into_iter().map(tool).collect())
}

fn tool(action: Action) -> Tool {
    let (title, hints) = (title(&action.name), hints(&action.name));
    Tool::new(action.name, action.description, Arc::new(action.input_schema))
        .with_title(title)
        .with_raw_output_schema(Arc::new(action.output_schema))
        .with_annotations(hints)
}

/// `list_accounts` is "List accounts".
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a client may tell its user before a call. An action whose verb is not known here gets the protocol's defaults: it
/// writes and destroys.
///
/// The world is open: what rows contain was written by anyone who once wrote to the organization.
fn hints(name: &str) -> ToolAnnotations {
    let hints = ToolAnnotations::new().open_world(true);
    if only_reads(name) {
        hints.read_only(true)
    } else if name.starts_with("create_") {
        hints.read_only(false).destructive(false).idempotent(false)
    } else if name.starts_with("update_") {
        hints.read_only(false).destructive(true).idempotent(true)
    } else {
        hints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_action_with_an_unknown_verb_the_worst_is_said() {
        let hints = hints("merge_accounts");
        assert_eq!(hints.read_only_hint, None);
        assert!(hints.is_destructive() && !hints.is_idempotent());
    }

    #[test]
    fn a_title_is_the_name_for_people() {
        assert_eq!(title("list_solution_id_options"), "List solution id options");
        assert_eq!(title(""), "");
    }
}
