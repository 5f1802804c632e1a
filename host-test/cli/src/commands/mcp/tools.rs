//! The tools: the manifest's actions in its words, followed by what a model must know to call them.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde::Deserialize;

use super::notes;
use super::result::Form;
use crate::commands::{Stop, effect};
use crate::nearest::nearest;

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

/// The offered tools.
#[derive(Debug, Default)]
pub(super) struct Choice<'a> {
    /// Only those that read.
    pub(super) read_only: bool,
    /// Only those with these names; all if empty.
    pub(super) named: &'a [String],
    /// The form of results: structured ones have output schemas.
    pub(super) form: Form,
}

/// A tool for each chosen action of the manifest.
pub(super) fn of(manifest: &str, choice: &Choice<'_>) -> Result<Vec<Tool>, Stop> {
    let manifest: Manifest = serde_json::from_str(manifest).map_err(|error| {
        Stop::Failed(format!("the component's manifest is not what it should be: {error}"))
    })?;
    for name in choice.named {
        check(name, &manifest.actions, choice.read_only)?;
    }
    let is_chosen = |action: &Action| {
        (choice.named.is_empty() || choice.named.contains(&action.name))
            && (!choice.read_only || effect::only_reads(&action.name))
    };
    let chosen = manifest.actions.into_iter().filter(is_chosen);
    Ok(chosen.map(|action| tool(action, choice.form)).collect())
}

/// Refuses a tool that cannot be chosen.
fn check(name: &str, actions: &[Action], read_only: bool) -> Result<(), Stop> {
    let names = || actions.iter().map(|action| action.name.as_str());
    if names().any(|known| known == name) {
        if read_only && !effect::only_reads(name) {
            return Err(Stop::Usage(format!("`{name}` writes, which --read-only leaves out")));
        }
        return Ok(());
    }
    Err(Stop::Usage(match nearest(name, names()) {
        Some(likely) => format!("there is no tool `{name}` (did you mean {likely}?)"),
        None => {
            format!(
                "there is no tool `{name}` (expected some of: {})",
                names().collect::<Vec<_>>().join(", ")
            )
        }
    }))
}

fn tool(action: Action, form: Form) -> Tool {
    let (title, hints) = (title(&action.name), hints(&action.name));
    let notes = notes::of(&action.name);
    let description = notes.describe(&action.description, form.structured);
    let tool = Tool::new(action.name, description, Arc::new(notes.input(action.input_schema)))
        .with_title(title)
        .with_annotations(hints);
    if form.structured {
        tool.with_raw_output_schema(Arc::new(notes.output(action.output_schema, form.full)))
    } else {
        tool
    }
}

/// `list_accounts` is "List accounts".
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a client may tell its user before a call. An action with an unknown verb gets the
/// protocol's defaults: it writes and is destructive.
///
/// The world is open: anyone who writes to the organization can write the content of rows.
fn hints(name: &str) -> ToolAnnotations {
    let hints = ToolAnnotations::new().open_world(true);
    if effect::only_reads(name) {
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
    fn an_action_with_an_unknown_verb_is_marked_destructive() {
        let hints = hints("merge_accounts");
        assert_eq!(hints.read_only_hint, None);
        assert!(hints.is_destructive() && !hints.is_idempotent());
    }

    #[test]
    fn a_title_is_the_readable_name() {
        assert_eq!(title("list_solution_id_options"), "List solution id options");
        assert_eq!(title(""), "");
    }
}
