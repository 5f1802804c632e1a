//! The server: `tools/list` and `tools/call`. The SDK does the rest of the protocol.

use std::pin::pin;
use std::time::Instant;

use host_test::{Connector, Secrets};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use tokio::sync::{Semaphore, mpsc};

use super::progress::Progress;
use super::result;
use crate::terminal;

/// How many calls go on at once; others wait for their turn. Dataverse refuses a user's 53rd request at once
/// ([limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits)).
const AT_ONCE: usize = 32;

/// Serves one client.
pub(crate) struct Server {
    connector: Connector,
    secrets: Secrets,
    tools: Vec<Tool>,
    instructions: String,
    turns: Semaphore,
}

impl Server {
    pub(crate) fn new(
        connector: Connector,
        secrets: Secrets,
        tools: Vec<Tool>,
        instructions: String,
    ) -> Self {
        Server { connector, secrets, tools, instructions, turns: Semaphore::new(AT_ONCE) }
    }

    /// Runs an action in an instance of its own, telling the client how it goes on.
    async fn call(&self, tool: &str, input: &str, mut progress: Progress) -> CallToolResult {
        // Fails only for a semaphore that was closed.
        let _turn = self.turns.acquire().await;
        let started = Instant::now();
        let (tell, mut told) = mpsc::unbounded_channel();
        let watch = move |seen| {
            let _ = tell.send(seen);
        };
        let mut call = pin!(self.connector.invoke_watched(&self.secrets, tool, input, watch));
        let answered = loop {
            tokio::select! {
                biased;
                Some(seen) = told.recv() => progress.note(seen).await,
                answered = &mut call => break answered,
            }
        };
        while let Ok(seen) = told.try_recv() {
            progress.note(seen).await;
        }
        let result = result::of(tool, answered);
        log(tool, &result, progress.requests(), started);
        result
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let mut itself = Implementation::new("dynamics365-sales", env!("CARGO_PKG_VERSION"));
        itself.title = Some("Microsoft Dynamics 365 Sales".to_owned());
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(itself)
            .with_instructions(&self.instructions)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tool = request.name.as_ref();
        if !self.tools.iter().any(|known| known.name == tool) {
            let known: Vec<&str> = self.tools.iter().map(|known| known.name.as_ref()).collect();
            let text = format!("unknown tool `{tool}` (expected one of: {})", known.join(", "));
            return Err(ErrorData::invalid_params(text, None));
        }
        let input = serde_json::Value::Object(request.arguments.unwrap_or_default()).to_string();
        let progress = Progress::new(context.meta.get_progress_token(), context.peer);
        tokio::select! {
            biased;
            // What is dropped with the call is its instance, and with that its requests.
            () = context.ct.cancelled() => {
                terminal::note(terminal::quiet(format_args!("{tool}: cancelled")));
                Err(ErrorData::internal_error("the call was cancelled", None))
            }
            result = self.call(tool, &input, progress) => Ok(result.into()),
        }
    }
}

/// A line on stderr, which clients keep as this server's log; it has no data of the organization.
fn log(tool: &str, result: &CallToolResult, requests: u32, started: Instant) {
    let end = if result.is_error == Some(true) { "failed" } else { "ok" };
    terminal::note(terminal::quiet(format_args!(
        "{tool}: {end}, {requests} requests, {} ms",
        started.elapsed().as_millis()
    )));
}
