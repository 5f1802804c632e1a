//! `inspect`: a web page on this machine that shows a call while it runs.

use std::io::ErrorKind;
use std::sync::Mutex;

use clap::Args;
use components::CONNECTOR;
use dataverse_sim::{Clock, Dataverse, Global, Server, Serving, World};
use host_test::{Backend, Connector, EngineSettings, Pooled, Secrets, Settings};

use super::network::network;
use super::organization::{self, Target};
use super::settings::settings;
use super::{Stop, call, effect};
use crate::inspect::Inspector;
use crate::inspect::serve::PageServer;
use crate::interface::Interface;
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales inspect                                opens the page in your browser
  dynamics365-sales inspect --no-browser --port 8090       prints its address only
  dynamics365-sales inspect --simulator                    the simulator, even if you are signed in

Without an organization it uses the built-in simulator, whose rows and faults the page shows too. The page is on this
machine only, asks nobody else for anything, and works only under the printed address, which has a key.";

/// The arguments of `inspect`.
#[derive(Args)]
pub(crate) struct Inspect {
    /// Port on 127.0.0.1; 0 takes any free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Prints the address of the page without opening a browser
    #[arg(long)]
    no_browser: bool,
}

/// The column that holds the category of the simulated organization's appointments.
const CATEGORY: &str = "contoso_category";

impl Inspect {
    pub(crate) async fn run(self, target: &Target) -> Result<(), Stop> {
        let named = if target.simulator { None } else { organization::named(target).await? };
        let page = PageServer::bind(self.port).await.map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => Stop::Failed(format!(
                "port {} is in use (without `--port`, a free one is used)",
                self.port
            )),
            _ => Stop::Failed(format!("cannot listen on port {}: {error}", self.port)),
        })?;
        let progress = terminal::progress("compiling the component");
        let inspector = inspector(named).await?;
        drop(progress);
        let url = page.url();
        terminal::answer(format_args!("the inspector is at\n{url}"))?;
        terminal::note(terminal::quiet("until Ctrl-C"));
        if !self.no_browser && open::that_detached(&url).is_err() {
            terminal::note("cannot open a browser: open the address yourself");
        }
        tokio::select! {
            () = page.serve(inspector) => {}
            ended = tokio::signal::ctrl_c() => {
                ended.map_err(|error| Stop::Failed(format!("cannot wait for Ctrl-C: {error}")))?;
            }
        }
        Ok(())
    }
}

/// The component with an organization or the simulator.
async fn inspector(named: Option<Secrets>) -> Result<Inspector, Stop> {
    let (secrets, offering, simulator) = match named {
        Some(secrets) => (secrets.clone(), secrets, None),
        None => {
            let server = simulated()?;
            (credentials(&server), credentials(&server), Some(server))
        }
    };
    let url = secrets.get("instance_url").unwrap_or_default();
    let pooled = Pooled::over(&network()?);
    let counting = || {
        let settings = Settings { backend: Backend::Pooled(pooled.clone()), ..settings() };
        let engine = EngineSettings { counts_instructions: true, ..settings.engine };
        Settings { engine, ..settings }
    };
    Ok(Inspector {
        connector: Connector::new(counting())?,
        caged: Connector::new(Settings { only: Some(vec![url]), ..counting() })?,
        secrets,
        offering,
        simulator,
        manifest: call::manifest().await?,
        imports: Interface::of(CONNECTOR)?.imports,
        writes: |action| !effect::only_reads(action),
        latest: Mutex::default(),
    })
}

fn simulated() -> Result<Server, Stop> {
    let mut world = World::default();
    world.clock = Clock::System;
    // The latency of a server in a neighbouring country; without it, the times would be invisible.
    world.settings.latency = std::time::Duration::from_millis(40);
    let mut dataverse = Dataverse::new(world);
    let options = [(1, "Meeting"), (2, "Demo"), (3, "Negotiation")];
    dataverse.add_choice_column("appointment", CATEGORY, &options, Global::No);
    let serving = Serving { controlled: true, ..Serving::default() };
    Server::serve(dataverse, serving)
        .map_err(|error| Stop::Failed(format!("the simulator cannot listen: {error}")))
}

/// The credentials for the simulator.
fn credentials(server: &Server) -> Secrets {
    let client = server.dataverse().client();
    Secrets::new()
        .with("instance_url", &server.url())
        .with("client_id", &client.client_id)
        .with("client_secret", &client.client_secret)
        .with("tenant_id", &client.tenant_id)
        .with("appointment_category_column", CATEGORY)
}
