//! `mcp`: the actions as tools for agents, by the [Model Context Protocol](https://modelcontextprotocol.io/specification)
//! over stdin and stdout.
//!
//! Nothing but the protocol goes to stdout. It ends when stdin does; calls that are still running then have five seconds.

mod instructions;
mod progress;
mod result;
mod server;
mod tools;

use std::io::IsTerminal;

use host_test::Backend;
use rmcp::ServiceExt;
use rmcp::transport::stdio_pipes;

use super::Stop;
use super::organization::{self, Need, Target};
use crate::terminal;
use instructions::instructions;
use server::Server;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales mcp
  npx @modelcontextprotocol/inspector --cli dynamics365-sales mcp --method tools/list

A client starts it by itself; what goes into its configuration is in the README.";

/// Serves until stdin ends.
pub(crate) async fn run(target: &Target) -> Result<(), Stop> {
    let (connector, secrets) = organization::connect(target, Need::Organization).await?;
    let simulated = matches!(connector.backend(), Backend::InProcess(_));
    let tools = tools::of(&connector.describe().await?)?;
    if std::io::stdin().is_terminal() {
        terminal::note(
            "an MCP client is to start this and to speak to it on stdin; the README says how one is told to (Ctrl-D ends it)",
        );
    }
    let instance = secrets.get("instance_url").unwrap_or_default();
    let server = Server::new(connector, secrets, tools, instructions(&instance, simulated));
    terminal::note(terminal::quiet("MCP is served on stdin and stdout"));
    let running = match server.serve(stdio_pipes()).await {
        Ok(running) => running,
        // A client that goes away before it has said anything.
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
