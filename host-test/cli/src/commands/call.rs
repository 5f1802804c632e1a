//! `call ACTION …`: one action, through `plugin.invoke`.

mod input;
mod parameters;
mod table;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches as _};
use host_test::Connector;
use serde_json::Value;

use super::Stop;
use super::effect::only_reads;
use super::organization::{self, Need, Target};
use super::settings::settings;
use crate::terminal;

pub(super) const USAGE: &str =
    "dynamics365-sales call ACTION [JSON] [--PARAMETER VALUE]... [--json|--table]";

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales call --help                            the actions
  dynamics365-sales call get_account --help                the parameters of one
  dynamics365-sales call list_accounts --records-per-page 3
  dynamics365-sales call list_accounts '{\"records_per_page\": 3}'
  echo '{\"search_term\": \"coffee\"}' | dynamics365-sales call search_accounts -
  dynamics365-sales call list_accounts --table --columns name,telephone1

On a terminal, the answer is shown as a table. Elsewhere, and with --json, stdout gets only the unchanged JSON.

Exit status: 0 if the action succeeded, 1 if it failed, 2 if the command line is wrong.";

/// The arguments of `call`, which are understood once the manifest says what actions there are.
#[derive(Args)]
pub(crate) struct Call {
    /// An action, and its parameters
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    rest: Vec<OsString>,
}

impl Call {
    pub(crate) async fn run(self, target: &Target) -> Result<(), Stop> {
        let manifest = manifest().await?;
        let command = command(&manifest).bin_name("dynamics365-sales call").no_binary_name(true);
        let matches = match command.try_get_matches_from(&self.rest) {
            Ok(matches) => matches,
            Err(error) if error.kind() == ErrorKind::DisplayHelp => {
                terminal::answer(error.render().ansi());
                return Ok(());
            }
            Err(error) => return Err(Stop::Usage(misunderstood(&manifest, &self.rest, &error))),
        };
        let Some((action, given)) = matches.subcommand() else {
            return Err(Stop::Usage(no_action(&manifest, None)));
        };
        let input = input::of(parameters::of(&manifest, action), given)?;
        let target = target.or(Target::from_arg_matches(&matches).unwrap_or_default());
        let need = if only_reads(action) { Need::Rows } else { Need::Organization };
        let (connector, secrets) = organization::connect(&target, need)?;
        let progress = terminal::progress(format_args!("running `{action}`"));
        let text = connector.invoke(&secrets, action, &input).await?;
        drop(progress);
        let answer: Value = serde_json::from_str(&text).map_err(|error| {
            Stop::Failed(format!("the component's answer is not JSON: {error}"))
        })?;
        show(&text, &answer, given);
        if answer["success"] == true {
            return Ok(());
        }
        let reason = answer["error"].as_str().unwrap_or("it does not say why");
        Err(Stop::Failed(format!("`{action}` failed: {reason}")))
    }
}

/// What the component says of itself.
pub(super) async fn manifest() -> Result<Value, Stop> {
    let manifest = Connector::new(settings())?.describe().await?;
    serde_json::from_str(&manifest)
        .map_err(|error| Stop::Failed(format!("the component's manifest is not JSON: {error}")))
}

/// `call` with a command for each action and a flag for each of its parameters.
pub(super) fn command(manifest: &Value) -> Command {
    let flag = |id: &'static str, help| {
        Arg::new(id).long(id).help(help).action(ArgAction::SetTrue).global(true)
    };
    let columns = Arg::new("columns")
        .long("columns")
        .value_name("NAMES")
        .help("Shows a table of these columns, separated by commas")
        .value_delimiter(',')
        .conflicts_with("json")
        .global(true);
    let command = Command::new("call")
        .about("Runs one action and prints only its answer to stdout")
        .override_usage(USAGE)
        .after_help(EXAMPLES)
        .subcommand_value_name("ACTION")
        .subcommand_help_heading("Actions")
        .disable_help_subcommand(true)
        .arg(flag("json", "Prints the unchanged JSON").conflicts_with("table"))
        .arg(flag("table", "Shows the answer as a table"))
        .arg(columns)
        .subcommands(parameters::actions(manifest).map(parameters::command));
    Target::augment_args(command)
}

/// Puts the answer on stdout: as it came, or as a table. A table shows no failure; stderr has it.
fn show(text: &str, answer: &Value, given: &ArgMatches) {
    let columns: Option<Vec<&String>> = given.get_many("columns").map(Iterator::collect);
    let told = given.get_flag("table") || columns.is_some();
    if given.get_flag("json") || !(told || terminal::is_read_by_a_person()) {
        terminal::answer(text);
    } else if answer["success"] == true {
        table::show(answer, columns.as_deref());
    }
}

/// What is wrong with a command, in a sentence that says what would be right.
fn misunderstood(manifest: &Value, rest: &[OsString], error: &clap::Error) -> String {
    let wrong =
        match error.get(ContextKind::InvalidSubcommand).or(error.get(ContextKind::InvalidArg)) {
            Some(ContextValue::String(text)) => Some(text.as_str()),
            _ => None,
        };
    let named = rest.iter().find_map(|text| {
        parameters::actions(manifest).find(|action| action["name"].as_str() == text.to_str())
    });
    match (error.kind(), named, wrong) {
        (ErrorKind::InvalidSubcommand, ..) | (ErrorKind::UnknownArgument, None, _) => {
            no_action(manifest, wrong)
        }
        (ErrorKind::UnknownArgument, Some(action), Some(wrong)) if wrong.starts_with('-') => {
            let name = action["name"].as_str().unwrap_or_default();
            format!("`{name}` has no parameter `{wrong}`; {}", parameters::list(action))
        }
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.trim_start_matches("error: ").replace('\'', "`")
        }
    }
}

fn no_action(manifest: &Value, wrong: Option<&str>) -> String {
    let names = parameters::actions(manifest).filter_map(|action| action["name"].as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    match wrong {
        Some(wrong) => format!("unknown action `{wrong}` (expected one of: {names})"),
        None => format!("no action given (expected one of: {names})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_parameter_has_the_name_of_a_flag_for_the_answer() {
        let Ok(manifest) = manifest().await else { panic!("no manifest") };
        // clap itself checks that no two flags are one.
        command(&manifest).debug_assert();
        for action in parameters::actions(&manifest) {
            for name in ["json", "table", "columns", "simulator"] {
                assert!(action["input_schema"]["properties"].get(name).is_none(), "{action}");
            }
        }
    }
}
