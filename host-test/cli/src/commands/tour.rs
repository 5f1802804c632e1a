//! The tour: runs all eleven actions in the component, over a real socket, against the simulator.

mod steps;

use std::time::Instant;

use components::CONNECTOR;
use dataverse_sim::{Clock, Dataverse, Global, Server, World};
use host_test::{Connector, Secrets};
use serde_json::Value;

use super::settings::settings;
use super::{Stop, sim};
use crate::terminal::{self, bad, good, quiet, strong};

/// The displayed length of an input or a result, in characters.
const WIDTH: usize = 150;

/// The column that holds the category of the simulated organization's appointments.
const CATEGORY: &str = "contoso_category";

/// Runs all actions and checks the simulator's rows after each.
pub(crate) async fn run() -> Result<(), Stop> {
    let mut tour = Tour::start()?;
    steps::all(&mut tour).await?;
    tour.end()
}

/// The state of the tour.
struct Tour {
    connector: Connector,
    secrets: Secrets,
    server: Server,
    /// Whether each step succeeded.
    outcomes: Vec<bool>,
    /// Requests that have been shown.
    shown: usize,
}

impl Tour {
    fn start() -> Result<Self, Stop> {
        let mut world = World::default();
        world.clock = Clock::System;
        let server = sim::start(world, 0)?;
        let client = {
            let mut dataverse = server.dataverse();
            let options = [(1, "Meeting"), (2, "Demo"), (3, "Negotiation")];
            dataverse.add_choice_column("appointment", CATEGORY, &options, Global::No);
            dataverse.client()
        };
        let secrets = Secrets::new()
            .with("instance_url", &server.url())
            .with("client_id", &client.client_id)
            .with("client_secret", &client.client_secret)
            .with("tenant_id", &client.tenant_id)
            .with("appointment_category_column", CATEGORY);
        terminal::note(quiet("organization: the built-in simulator, as always on the tour"));
        let started = Instant::now();
        let connector = Connector::new(settings())?;
        terminal::answer(format_args!(
            "{}\n{}\n{}",
            strong("Microsoft Dynamics 365 Sales, in a WebAssembly component"),
            quiet(format_args!(
                "component: {} KiB, compiled in {:.1} s; it can reach only the organization",
                CONNECTOR.len().div_ceil(1024),
                started.elapsed().as_secs_f32()
            )),
            quiet(format_args!("organization: simulated, at {}", server.url())),
        ))?;
        Ok(Tour { connector, secrets, server, outcomes: Vec::new(), shown: 0 })
    }

    /// Runs an action, shows it, and checks its effect: `check` returns the result or the error.
    async fn step(
        &mut self,
        action: &str,
        input: Value,
        check: impl FnOnce(&Value, &Dataverse) -> Result<String, String>,
    ) -> Result<Value, Stop> {
        let started = Instant::now();
        let answer = self.connector.invoke(&self.secrets, action, &input.to_string()).await?;
        let took = started.elapsed();
        let answer: Value = serde_json::from_str(&answer).map_err(|error| {
            Stop::Failed(format!("the answer of `{action}` is not JSON: {error}"))
        })?;
        let outcome = if answer["success"] == true {
            check(&answer, &self.server.dataverse())
        } else {
            Err(answer["error"].as_str().unwrap_or("it failed without a reason").to_owned())
        };
        self.outcomes.push(outcome.is_ok());
        terminal::answer(format_args!(
            "\n{:>2}  {}  {}",
            self.outcomes.len(),
            strong(action),
            short(&input.to_string())
        ))?;
        self.show_requests()?;
        let (mark, text) = match outcome {
            Ok(text) => (good("ok"), text),
            Err(text) => (bad("failed"), text),
        };
        let time = quiet(format_args!("{:.1} ms", took.as_secs_f64() * 1_000.0));
        terminal::answer(format_args!("    {mark} {}  {time}", short(&text)))?;
        Ok(answer)
    }

    /// The requests since the last step.
    fn show_requests(&mut self) -> Result<(), Stop> {
        let dataverse = self.server.dataverse();
        let journal = dataverse.journal();
        for entry in journal.iter().skip(self.shown) {
            let query =
                if entry.query.is_empty() { String::new() } else { format!("?{}", entry.query) };
            let status =
                entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let request = short(&format!("{} {}{query}", entry.method, entry.path));
            terminal::answer(quiet(format_args!("    {request} → {status}")))?;
        }
        self.shown = journal.len();
        Ok(())
    }

    fn end(self) -> Result<(), Stop> {
        let (done, all) = (self.outcomes.iter().filter(|ok| **ok).count(), self.outcomes.len());
        let verdict = format!("{done} of {all} actions succeeded");
        terminal::answer(format_args!(
            "\n{}  {}",
            if done == all { good(&verdict) } else { bad(&verdict) },
            quiet(format_args!(
                "{} requests, {} connection(s)",
                self.shown,
                self.server.connections()
            ))
        ))?;
        if done == all { Ok(()) } else { Err(Stop::Failed(verdict)) }
    }
}

/// The text, or its start.
fn short(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
