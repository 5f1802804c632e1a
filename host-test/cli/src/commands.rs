//! The commands, and what they share: parsing and errors.

mod bench;
mod call;
mod check;
mod completions;
mod compose;
mod describe;
mod effect;
mod environment;
mod happening;
mod inspect;
mod login;
mod logout;
mod mcp;
mod network;
mod organization;
mod package;
mod profiles;
mod settings;
mod sim;
mod tour;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

use crate::terminal;
use organization::Target;

const EXAMPLES: &str = "\
Examples:
  dynamics365-sales                                        all eleven actions, against the simulator
  dynamics365-sales call list_accounts --records-per-page 3
  echo '{\"search_term\": \"coffee\"}' | dynamics365-sales call search_accounts -
  dynamics365-sales describe | jq '.actions[].name'
  dynamics365-sales inspect
  dynamics365-sales sim --port 8080 --accounts 5000
  dynamics365-sales compose env -o d365.wasm
  dynamics365-sales login --instance-url org12345.crm.dynamics.com --client-id ID
  dynamics365-sales check --simulator

The organization is DYNAMICS365_INSTANCE_URL, with credentials from the environment:
  DYNAMICS365_ACCESS_TOKEN, or
  DYNAMICS365_REFRESH_TOKEN, DYNAMICS365_CLIENT_ID and, unless the client is public, DYNAMICS365_CLIENT_SECRET, or
  DYNAMICS365_TENANT_ID, DYNAMICS365_CLIENT_ID and DYNAMICS365_CLIENT_SECRET
  (further settings: DYNAMICS365_ACCESS_TOKEN_EXPIRES_AT, _AUTHORITY, _SCOPE, _APPOINTMENT_CATEGORY_COLUMN);
otherwise that of `login`. With neither, actions that only read answer from the built-in simulator; what writes, `check` and
`mcp` need an organization, or --simulator. An unknown variable DYNAMICS365_... is an error.

HTTPS_PROXY, ALL_PROXY and NO_PROXY mean what they mean to curl. SSL_CERT_FILE is a PEM file with the certificate of your own
authority, SSL_CERT_DIR a directory of such files.

The compiled component is kept in wasmtime's cache; DYNAMICS365_CACHE names another directory, or is `off`.

Exit status: 0 on success, 1 on failure, 2 if the command line is wrong.";

/// Runs Microsoft Dynamics 365 Sales in a WebAssembly component, against a simulator or an
/// organization.
///
/// Without a command it runs the tour: it starts the simulator on a loopback socket and runs all
/// actions against it.
#[derive(Parser)]
#[command(name = "dynamics365-sales", version, after_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs one action and prints only its answer to stdout
    #[command(override_usage = call::USAGE, after_help = call::EXAMPLES, disable_help_flag = true)]
    Call(call::Call),
    /// Prints the manifest: the actions with the JSON Schemas of their input and output
    #[command(after_help = describe::EXAMPLES)]
    Describe,
    /// Runs the simulator alone, on a loopback socket, until Ctrl-C
    #[command(after_help = sim::EXAMPLES)]
    Sim(sim::Sim),
    /// Opens a web page that shows a call while it runs: its requests, its waits, its sandbox, the
    /// simulator
    #[command(after_help = inspect::EXAMPLES)]
    Inspect(inspect::Inspect),
    /// Serves the actions as tools to an MCP client (an editor, a desktop assistant)
    #[command(after_help = mcp::EXAMPLES)]
    Mcp(mcp::Mcp),
    /// Checks that the organization answers and accepts the credentials
    #[command(after_help = check::EXAMPLES)]
    Check,
    /// Checks the assumptions about Dataverse against the organization; only reads by default
    #[command(after_help = verify::EXAMPLES)]
    Verify(verify::Verify),
    /// Signs you in to an organization; later commands use the login
    #[command(after_help = login::EXAMPLES)]
    Login(login::Login),
    /// Removes the login that `login` stored
    #[command(after_help = logout::EXAMPLES)]
    Logout,
    /// Lists the organizations with a login
    #[command(after_help = profiles::EXAMPLES)]
    Profiles,
    /// Prints completions for a shell, including actions and their flags
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::Completions),
    /// Measures what the component costs compared with native code, and prints the table
    Bench(bench::Bench),
    /// Composes the connector with an adapter into one component, for hosts that cannot provide its
    /// secrets
    Compose(compose::Compose),
    /// Writes the connector or a composition as an OCI artifact
    Package(package::Package),
}

/// A failed command: one sentence for stderr.
enum Stop {
    /// The command line is wrong.
    Usage(String),
    /// The command failed.
    Failed(String),
}

impl From<crate::compose::Error> for Stop {
    fn from(error: crate::compose::Error) -> Self {
        Stop::Failed(error.to_string())
    }
}

impl From<crate::interface::NotAComponentError> for Stop {
    fn from(error: crate::interface::NotAComponentError) -> Self {
        Stop::Failed(error.to_string())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Stop::Failed(format!("cannot write the output to stdout: {error}"))
    }
}

impl From<host_test::Error> for Stop {
    fn from(error: host_test::Error) -> Self {
        Stop::Failed(match error {
            host_test::Error::Certificate(_) => {
                format!(
                    "{error} (SSL_CERT_FILE names a file with the certificate of your own authority)"
                )
            }
            _ => error.to_string(),
        })
    }
}

/// Reads the command line and runs the command.
pub fn main() -> ExitCode {
    let Arguments { command, target } = Arguments::parse();
    match run(command, &target) {
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

fn run(command: Option<Command>, target: &Target) -> Result<(), Stop> {
    // Agents' calls run in parallel; for everything else one thread is enough.
    let here = Builder::new_current_thread;
    match command {
        None => block_on(here(), tour::run()),
        Some(Command::Call(call)) => block_on(here(), call.run(target)),
        Some(Command::Describe) => block_on(here(), describe::run()),
        Some(Command::Sim(sim)) => block_on(here(), sim.run()),
        Some(Command::Inspect(inspect)) => {
            block_on(Builder::new_multi_thread(), inspect.run(target))
        }
        Some(Command::Mcp(mcp)) => block_on(Builder::new_multi_thread(), mcp.run(target)),
        Some(Command::Check) => block_on(here(), check::run(target)),
        Some(Command::Verify(verify)) => block_on(here(), verify.run(target)),
        Some(Command::Login(login)) => block_on(here(), login.run(target)),
        Some(Command::Logout) => logout::run(target),
        Some(Command::Profiles) => profiles::run(),
        Some(Command::Completions(completions)) => block_on(here(), completions.run()),
        // It has its own runtimes, one for each measurement.
        Some(Command::Bench(bench)) => bench.run(),
        Some(Command::Compose(compose)) => compose.run(),
        Some(Command::Package(package)) => package.run(),
    }
}

fn block_on(
    mut builder: Builder,
    command: impl Future<Output = Result<(), Stop>>,
) -> Result<(), Stop> {
    let runtime = builder.enable_all().build();
    runtime.map_err(|error| Stop::Failed(format!("no runtime: {error}")))?.block_on(command)
}
