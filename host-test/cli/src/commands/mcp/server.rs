//! The server: tools and resources. The SDK does the rest of the protocol.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use host_test::{Connector, Secrets};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, Implementation, JsonObject,
    ListResourcesResult, ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc};

use super::progress::Progress;
use super::result::Form;
use super::{notes, resources, wire};
use crate::nearest::nearest;
use crate::terminal;

/// The maximum number of concurrent calls; others wait. Dataverse refuses a user's 53rd concurrent
/// request ([limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits)).
const AT_ONCE: usize = 32;

/// The server and its description.
pub(super) struct About {
    /// Its display name.
    pub(super) title: String,
    /// The instructions for a model about all tools.
    pub(super) instructions: String,
    /// The offered tools.
    pub(super) tools: Vec<Tool>,
    /// The form of results.
    pub(super) form: Form,
}

/// Serves any number of clients; clones share one server.
#[derive(Clone)]
pub(super) struct Server(Arc<Shared>);

struct Shared {
    connector: Connector,
    secrets: Secrets,
    about: About,
    turns: Semaphore,
}

impl Server {
    pub(super) fn new(connector: Connector, secrets: Secrets, about: About) -> Self {
        Server(Arc::new(Shared { connector, secrets, about, turns: Semaphore::new(AT_ONCE) }))
    }

    /// Runs an action in a new instance and sends progress to the client.
    async fn call(&self, tool: &str, input: &str, mut progress: Progress) -> CallToolResult {
        let Shared { connector, secrets, about, turns } = self.0.as_ref();
        // Fails only for a closed semaphore.
        let _turn = turns.acquire().await;
        let started = Instant::now();
        let (tell, mut told) = mpsc::unbounded_channel();
        let watch = move |seen| {
            let _ = tell.send(seen);
        };
        let mut call = pin!(connector.run_seen(secrets, tool, input, (watch, None)));
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
        let result = about.form.result(tool, &notes::of(tool).narrow, answered);
        log(tool, &result, progress.requests(), started);
        result
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let about = &self.0.about;
        let mut itself = Implementation::new("dynamics365-sales", env!("CARGO_PKG_VERSION"));
        itself.title = Some(about.title.clone());
        let can = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(can).with_server_info(itself).with_instructions(&about.instructions)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.0.about.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.0.about.tools.clone()))
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resources::list()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        match resources::read(&request.uri) {
            Some(contents) => Ok(ReadResourceResult::new(vec![contents]).into()),
            None => {
                let text = format!(
                    "unknown resource `{}` (expected one of: {})",
                    request.uri,
                    resources::uris()
                );
                Err(ErrorData::resource_not_found(text, None))
            }
        }
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tool = request.name.as_ref();
        let known = || self.0.about.tools.iter().map(|known| known.name.as_ref());
        if !known().any(|known| known == tool) {
            let likely = nearest(tool, known());
            let likely =
                likely.map(|likely| format!("did you mean {likely}? ")).unwrap_or_default();
            let all = known().collect::<Vec<&str>>().join(", ");
            let text = format!("unknown tool `{tool}` ({likely}expected one of: {all})");
            return Err(ErrorData::invalid_params(text, None));
        }
        let input = input(request.arguments.unwrap_or_default());
        let progress = Progress::new(context.meta.get_progress_token(), context.peer);
        tokio::select! {
            biased;
            // Dropping the call drops its instance and its requests.
            () = context.ct.cancelled() => {
                terminal::note(terminal::quiet(format_args!("{tool}: cancelled")));
                Err(ErrorData::internal_error("the call was cancelled", None))
            }
            result = self.call(tool, &input, progress) => Ok(result.into()),
        }
    }
}

/// The arguments as written.
fn input(arguments: JsonObject) -> String {
    match arguments.get(wire::ARGUMENTS).and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => Value::Object(arguments).to_string(),
    }
}

/// A line on stderr, which clients keep as this server's log; it contains no data of the
/// organization.
fn log(tool: &str, result: &CallToolResult, requests: u32, started: Instant) {
    let end = if result.is_error == Some(true) { "failed" } else { "ok" };
    terminal::note(terminal::quiet(format_args!(
        "{tool}: {end}, {requests} requests, {} ms",
        started.elapsed().as_millis()
    )));
}
