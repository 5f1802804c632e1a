//! `call ACTION …`: one action, through `plugin.invoke`.

mod cells;
mod csv;
mod examples;
mod failure;
mod told;
mod trace;

mod parameters;
mod table;

mod input;

use std::ffi::OsString;
use std::sync::{Arc, Mutex, PoisonError};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches as _};
use host_test::{Connector, Recorder, Secrets, Seen};
use serde_json::Value;

use super::Stop;
use super::effect::only_reads;
use super::happening::{Happening, Words};
use super::network::network;
use super::organization::{self, Need, Target};
use super::settings::settings;
use crate::nearest::nearest;
use crate::terminal;
use trace::Trace;

pub(super) const USAGE: &str =
    "dynamics365-sales call ACTION [JSON] [--PARAMETER VALUE]... [--json|--table|--csv]";

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales call --help                            the actions
  dynamics365-sales call get_account --help                the parameters of one
  dynamics365-sales call list_accounts --records-per-page 3
  dynamics365-sales call list_accounts '{\"records_per_page\": 3}'
  echo '{\"search_term\": \"coffee\"}' | dynamics365-sales call search_accounts -
  dynamics365-sales call list_accounts --table --columns name,telephone1
  dynamics365-sales call list_accounts --csv > accounts.csv

On a terminal, the answer is shown as a table. Elsewhere, and with --json, stdout gets only the unchanged JSON.

Exit status: 0 if the action succeeded, 1 if it failed, 2 if the command line is wrong.";

/// The arguments of `call`, which are parsed once the manifest has given the actions.
#[derive(Args)]
pub(crate) struct Call {
    /// An action, and its parameters
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    rest: Vec<OsString>,
}

impl Call {
    pub(crate) async fn run(self, target: &Target) -> Result<(), Stop> {
        if organization::may_be_far(target) {
            // An error is the call's own.
            std::thread::spawn(|| network().map(|network| network.prepare()));
        }
        let manifest = manifest().await?;
        let command = command(&manifest).bin_name("dynamics365-sales call").no_binary_name(true);
        let matches = match command.try_get_matches_from(&self.rest) {
            Ok(matches) => matches,
            Err(error) if error.kind() == ErrorKind::DisplayHelp => {
                return Ok(terminal::answer(error.render())?);
            }
            Err(error) => return Err(Stop::Usage(misunderstood(&manifest, &self.rest, &error))),
        };
        let Some((action, given)) = matches.subcommand() else {
            return Err(Stop::Usage(no_action(&manifest, None)));
        };
        let input = input::of(parameters::of(&manifest, action), given)?;
        let target = target.or(Target::from_arg_matches(&matches).unwrap_or_default());
        let need = if only_reads(action) { Need::Rows } else { Need::Organization };
        let (connector, secrets) = organization::connect(&target, need).await?;
        let trace = given.get_one::<String>("trace").map(|path| Trace::create(path));
        let trace = trace.transpose().map_err(Stop::Failed)?;
        let recorder = trace.as_ref().map(|trace| trace.recorder.clone());
        let call = Running { connector, secrets, action, input, given, recorder };
        let ended = match form(given) {
            Form::Json => call.unchanged().await,
            form => call.shown(form).await,
        };
        let traced = trace.map_or(Ok(()), Trace::end);
        // Of two errors, the call's own wins.
        ended.and(traced.map_err(Stop::Failed))
    }
}

/// The output format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Unchanged.
    Json,
    Table,
    Csv,
}

fn form(given: &ArgMatches) -> Form {
    let told = |id: &str| given.get_flag(id);
    match () {
        () if told("csv") => Form::Csv,
        () if told("json") => Form::Json,
        () if told("table") || given.contains_id("columns") => Form::Table,
        () if terminal::is_read_by_a_person() => Form::Table,
        () => Form::Json,
    }
}

/// A parsed call.
struct Running<'a> {
    connector: Connector,
    secrets: Secrets,
    action: &'a str,
    input: String,
    given: &'a ArgMatches,
    recorder: Option<Recorder>,
}

impl Running<'_> {
    /// Prints the output unchanged, including a failure.
    async fn unchanged(self) -> Result<(), Stop> {
        let (progress, watch) = self.watch();
        let text = self
            .connector
            .invoke_seen(&self.secrets, self.action, &self.input, (watch, self.recorder.clone()))
            .await?;
        drop(progress);
        self.written(&text, terminal::json(&text))?;
        // Reads only these two members, so that nothing else in the output can turn a success into
        // a failure.
        match failed(&text) {
            None => Ok(()),
            Some(reason) => Err(Stop::Failed(format!("`{}` failed: {reason}", self.action))),
        }
    }

    /// Shows the output as a table or as CSV. After a failure stdout stays empty, and stderr has
    /// the details.
    async fn shown(self, form: Form) -> Result<(), Stop> {
        let (progress, watch) = self.watch();
        let ran = self
            .connector
            .run_seen(&self.secrets, self.action, &self.input, (watch, self.recorder.clone()))
            .await?;
        drop(progress);
        let text = match ran {
            Ok(text) => text,
            Err(failure) => {
                let mut said = format!("`{}` failed: {}", self.action, failure.message);
                for fact in failure::facts(&failure) {
                    said.push_str("\n  ");
                    said.push_str(&fact);
                }
                return Err(Stop::Failed(said));
            }
        };
        let Ok(answer) = serde_json::from_str::<Value>(&text) else {
            terminal::note("the output does not fit a table: here it is unchanged");
            return self.written(&text, terminal::json(&text));
        };
        let columns: Option<Vec<&String>> = self.given.get_many("columns").map(Iterator::collect);
        let mut columns = columns.as_deref();
        let unknown = columns.and_then(|columns| told::unknown(&answer, columns));
        match &unknown {
            Some(unknown) if only_reads(self.action) => return Err(Stop::Usage(unknown.clone())),
            // The result is still shown.
            Some(_) => columns = None,
            None => {}
        }
        let written = match form {
            Form::Csv => match csv::of(&answer, columns).map_err(Stop::Failed)? {
                Some(text) if terminal::is_read_by_a_person() => terminal::answer(text.trim_end()),
                Some(text) => terminal::bytes(text.as_bytes()),
                None => {
                    terminal::note("no rows");
                    Ok(())
                }
            },
            Form::Json | Form::Table => {
                let shown = table::shown(&answer, columns, terminal::width());
                let written = shown.answer.iter().try_for_each(terminal::answer);
                shown.remarks.iter().for_each(terminal::note);
                written
            }
        };
        self.written(&text, written)?;
        unknown.map_or(Ok(()), |unknown| Err(Stop::Usage(unknown)))
    }

    /// The messages while it runs: with `-v` a line for each event, otherwise on a terminal the
    /// reason of a wait.
    fn watch(&self) -> (Arc<terminal::Progress>, impl Fn(Seen) + Send + Sync + 'static) {
        let is_verbose = self.given.get_flag("verbose");
        let running = format!("running `{}`", self.action);
        let progress = Arc::new(if is_verbose {
            terminal::no_progress()
        } else {
            terminal::progress(&running)
        });
        let shown = Arc::downgrade(&progress);
        let happening = Mutex::new(Happening::default());
        let watch = move |seen: Seen| {
            let mut happening = happening.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(words) = happening.words(&seen) else { return };
            if is_verbose {
                terminal::note(terminal::quiet(words.text()));
            } else if let (Words::Trouble(text), Some(progress)) = (&words, shown.upgrade()) {
                progress.says(&format!("{running}: {text}"));
            }
        };
        (progress, watch)
    }

    /// If stdout fails, the output of a write is not lost.
    fn written(&self, text: &str, written: std::io::Result<()>) -> Result<(), Stop> {
        if written.is_err() && !only_reads(self.action) && failed(text).is_none() {
            terminal::note(format_args!("`{}` succeeded; its output is: {text}", self.action));
        }
        Ok(written?)
    }
}

/// The reason for a failure in the output; `None` for a success. Unreadable output counts as a
/// success for another reader.
fn failed(text: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Outcome<'a> {
        success: bool,
        #[serde(borrow)]
        error: Option<&'a serde_json::value::RawValue>,
    }
    let is_failure = |text: &str| text.trim_start().starts_with(r#"{"success":false"#);
    match serde_json::from_str::<Outcome>(text) {
        Ok(outcome) if outcome.success => None,
        Ok(outcome) => {
            let reason = outcome.error.and_then(|raw| serde_json::from_str(raw.get()).ok());
            Some(reason.unwrap_or_else(|| "no reason given".to_owned()))
        }
        Err(_) if is_failure(text) => Some("the output has the reason".to_owned()),
        Err(_) => None,
    }
}

/// The component's manifest.
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
        .help("Shows only these columns, separated by commas")
        .value_delimiter(',')
        .conflicts_with("json")
        .global(true);
    let trace = Arg::new("trace")
        .long("trace")
        .value_name("FILE")
        .help("Writes the requests and responses, without secrets, as HAR 1.2")
        .value_hint(clap::ValueHint::FilePath)
        .global(true);
    let command = Command::new("call")
        .override_usage(USAGE)
        .after_help(EXAMPLES)
        .subcommand_value_name("ACTION")
        .subcommand_help_heading("Actions")
        .disable_help_subcommand(true)
        .arg(flag("json", "Prints the unchanged JSON").conflicts_with_all(["table", "csv"]))
        .arg(flag("table", "Shows the output as a table").conflicts_with("csv"))
        .arg(flag(
            "csv",
            "Prints the rows as comma-separated values, all columns or those of --columns",
        ))
        .arg(flag("verbose", "Shows requests, waits and retries as they happen").short('v'))
        .arg(trace)
        .arg(columns)
        .subcommands(parameters::actions(manifest).map(parameters::command));
    // The target brings a description of its own.
    Target::augment_args(command).about("Runs one action and prints only its answer to stdout")
}

/// The error of a command, with what was expected.
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
            format!("`{name}` has no parameter `{wrong}`: {}", parameters::meant(action, wrong))
        }
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.trim_start_matches("error: ").replace('\'', "`")
        }
    }
}

fn no_action(manifest: &Value, wrong: Option<&str>) -> String {
    let names: Vec<&str> =
        parameters::actions(manifest).filter_map(|action| action["name"].as_str()).collect();
    match wrong {
        Some(wrong) => match nearest(wrong, names.iter().copied()) {
            Some(meant) => format!("unknown action `{wrong}` (did you mean `{meant}`?)"),
            None => format!("unknown action `{wrong}` (expected one of: {})", names.join(", ")),
        },
        None => format!("no action given (expected one of: {})", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_parameter_has_the_name_of_an_output_flag() {
        let Ok(manifest) = manifest().await else { panic!("no manifest") };
        // clap itself checks that no two flags have the same name.
        command(&manifest).debug_assert();
        for action in parameters::actions(&manifest) {
            for name in
                ["json", "table", "csv", "verbose", "columns", "simulator", "profile", "trace"]
            {
                assert!(action["input_schema"]["properties"].get(name).is_none(), "{action}");
            }
        }
    }
}
