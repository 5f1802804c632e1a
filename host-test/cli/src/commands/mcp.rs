//! `mcp`: the actions as tools for agents, over the [Model Context
//! Protocol](https://modelcontextprotocol.io/specification), over stdin and stdout or over HTTP.
//!
//! Only the protocol goes to stdout. The server ends when stdin ends; running calls then have five
//! seconds.

mod failure;
mod http;
mod instructions;
mod lean;
mod members;
mod notes;
mod progress;
mod raw;
mod resources;
mod result;
mod server;
mod stdio;
mod tools;
mod wire;

use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use host_test::actions::FailureKind;
use host_test::{Backend, Connector, Secrets, Settings};
use rmcp::ServiceExt;

use super::organization::{self, Need, Target};
use super::settings::settings;
use super::{Stop, effect};
use crate::terminal;
use server::{About, Server};

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales mcp --read-only
  dynamics365-sales mcp --simulator --tools search_accounts,list_appointments
  dynamics365-sales mcp --http 127.0.0.1:8808
  npx @modelcontextprotocol/inspector --cli dynamics365-sales mcp --simulator --method tools/list

A client starts it by itself; docs/mcp.md has the configuration of each. Over HTTP every request needs the key that the server
shows at its start, or DYNAMICS365_MCP_KEY.";

/// The time limit of the connection check, after which the server starts anyway.
const PATIENCE: Duration = Duration::from_secs(10);

/// The options of the server.
#[derive(Args)]
pub(crate) struct Mcp {
    /// Offers only the tools that read
    #[arg(long)]
    read_only: bool,

    /// Offers only these tools
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    tools: Vec<String>,

    /// Gives answers whole: with nulls and annotations, and however long they are
    #[arg(long)]
    full: bool,

    /// Gives answers also as structured content, and says their schemas; for programs
    #[arg(long)]
    structured: bool,

    #[command(flatten)]
    over: http::Over,
}

impl Mcp {
    /// Serves until stdin ends, or until Ctrl-C over HTTP.
    pub(crate) async fn run(self, target: &Target) -> Result<(), Stop> {
        // Lean output has the names of lookups and choices; whole output is the component's.
        let mut settings = Settings { formatted_values: !self.full, ..settings() };
        // It answers many calls.
        settings.engine.pool = true;
        let (connector, secrets) =
            organization::connect_with(target, Need::Organization, settings).await?;
        let form = result::Form { full: self.full, structured: self.structured };
        let choice = tools::Choice { read_only: self.read_only, named: &self.tools, form };
        let tools = tools::of(&connector.describe().await?, &choice)?;
        check(&connector, &secrets).await?;
        let simulated = matches!(connector.backend(), Backend::InProcess(_));
        let instance = secrets.get("instance_url").unwrap_or_default();
        let writes = tools.iter().any(|tool| !effect::only_reads(&tool.name));
        let about = About {
            title: instructions::title(&instance, simulated),
            instructions: instructions::instructions(&instance, simulated, writes),
            tools,
            form,
        };
        let server = Server::new(connector, secrets, about);
        match self.over.address() {
            Some(address) => self.over.serve(address, server).await,
            None => over_stdio(server).await,
        }
    }
}

async fn over_stdio(server: Server) -> Result<(), Stop> {
    if std::io::stdin().is_terminal() {
        terminal::note(
            "an MCP client starts this and speaks to it on stdin; docs/mcp.md says how to set one up (Ctrl-D ends it)",
        );
    }
    terminal::note(terminal::quiet("MCP is served on stdin and stdout"));
    let running = match server.serve(stdio::Stdio::start()).await {
        Ok(running) => running,
        // A client that disconnects before it sends anything.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => {
            return Err(Stop::Failed(format!("the client did not begin as MCP does: {error}")));
        }
    };
    match running.waiting().await {
        Ok(_) => Ok(()),
        Err(error) => Err(Stop::Failed(format!("the server broke off: {error}"))),
    }
}

/// Checks the connection, so that wrong settings are reported before a model meets them. A slow or
/// busy organization may answer later.
async fn check(connector: &Connector, secrets: &Secrets) -> Result<(), Stop> {
    let asked = connector.check_connection(secrets);
    let doubt = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(Ok(_))) => return Ok(()),
        Ok(Ok(Err(failure))) if failure.kind != FailureKind::Wait => {
            return Err(Stop::Failed(failure.message));
        }
        Ok(Ok(Err(failure))) => failure.message,
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
    };
    terminal::note(format_args!(
        "warning: the organization could not be checked: {}",
        terminal::plain(&doubt)
    ));
    Ok(())
}
