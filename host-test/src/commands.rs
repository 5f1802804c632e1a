//! The commands, and what they have in common: how they are read, and how they end.

mod call;
mod check;
mod compose;
mod describe;
mod organization;
mod package;
mod sim;
mod tour;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

use crate::terminal;

const EXAMPLES: &str = "\
Examples:
  dynamics365-sales                                        all eleven actions, against the simulator
  dynamics365-sales call list_accounts '{\"records_per_page\": 3}'
  echo '{\"search_term\": \"coffee\"}' | dynamics365-sales call search_accounts -
  dynamics365-sales describe | jq '.actions[].name'
  dynamics365-sales sim --port 8080 --accounts 5000
  dynamics365-sales compose env -o d365.wasm

Against an organization of Dynamics 365, set DYNAMICS365_INSTANCE_URL and what signs in:
  DYNAMICS365_ACCESS_TOKEN, or
  DYNAMICS365_REFRESH_TOKEN, DYNAMICS365_CLIENT_ID and DYNAMICS365_CLIENT_SECRET, or
  DYNAMICS365_TENANT_ID, DYNAMICS365_CLIENT_ID and DYNAMICS365_CLIENT_SECRET
  (further settings: DYNAMICS365_ACCESS_TOKEN_EXPIRES_AT, _AUTHORITY, _SCOPE, _APPOINTMENT_CATEGORY_COLUMN)

Exit status: 0 when all went well, 1 when it did not, 2 when the command was not understood.";

/// Microsoft Dynamics 365 Sales in a WebAssembly component: runs it, against a simulator or an organization.
///
/// Without a command it gives the tour: it starts the simulator on a loopback socket and runs all actions against it.
#[derive(Parser)]
#[command(name = "dynamics365-sales", version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs one action; its answer, alone, goes to stdout
    Call(call::Call),
    /// Prints the manifest: the actions with the JSON Schemas of their input and output
    Describe,
    /// Runs the simulator alone, on a loopback socket, until Ctrl-C
    Sim(sim::Sim),
    /// Checks that the organization is reached and the credentials are taken
    Check,
    /// Puts the connector together with an adapter, as one component for hosts that cannot give it secrets
    Compose(compose::Compose),
    /// Writes the connector, or a composition, as an OCI artefact
    Package(package::Package),
}

/// How a command ends when it does not end well: with one sentence on stderr.
enum Stop {
    /// The command was not understood.
    Usage(String),
    /// It did not work.
    Failed(String),
}

impl From<host_test::Error> for Stop {
    fn from(error: host_test::Error) -> Self {
        Stop::Failed(error.to_string())
    }
}

/// Reads the command line and runs the command.
pub(crate) fn main() -> ExitCode {
    let command = Arguments::parse().command;
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Usage(text)) => {
            terminal::problem(text);
            ExitCode::from(2)
        }
        Err(Stop::Failed(text)) => {
            terminal::problem(text);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<Command>) -> Result<(), Stop> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::Failed(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        match command {
            None => tour::run().await,
            Some(Command::Call(call)) => call.run().await,
            Some(Command::Describe) => describe::run().await,
            Some(Command::Sim(sim)) => sim.run().await,
            Some(Command::Check) => check::run().await,
            Some(Command::Compose(compose)) => compose.run(),
            Some(Command::Package(package)) => package.run(),
        }
    })
}
