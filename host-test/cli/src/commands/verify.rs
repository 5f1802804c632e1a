//! `verify`: checks the assumptions about Dataverse against an organization.

mod transport;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use dataverse_sim::{Clock, Seed, Server, World};
use dataverse_verify::{
    Asked, Assumption, Finding, Journal, Left, Level, Organization, Outcome, Report, Watch,
    clean_up, plan, verify,
};
use host_test::Network;
use tokio::sync::watch;

use super::network::network;
use super::organization::{self, Target};
use super::{Stop, sim};
use crate::login::store::Store;
use crate::terminal;
use transport::OverNetwork;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales verify                                 only reads
  dynamics365-sales verify --write --report report         also creates its own rows, and report.md and report.json
  dynamics365-sales verify --customize 5a3f8b7e-...        also creates a table in this solution
  dynamics365-sales verify --clean-up                      removes what an interrupted run left behind
  dynamics365-sales verify --simulator --write             against the simulator

Exit status: 0 when nothing differs, 1 when something does, when the organization cannot be reached, or after Ctrl-C.";

/// The arguments of `verify`.
#[derive(Args)]
pub(crate) struct Verify {
    /// Also create rows, which are removed at the end
    #[arg(long)]
    write: bool,
    /// Also create a table in this solution, which is removed at the end; includes --write
    #[arg(long, value_name = "SOLUTION_ID")]
    customize: Option<String>,
    /// Only assumptions whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Write a report to FILE.md and FILE.json, without names, ids, addresses and hosts
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Only remove what an interrupted run left behind
    #[arg(long, conflicts_with_all = ["write", "customize", "report"])]
    clean_up: bool,
}

impl Verify {
    pub(crate) async fn run(self, target: &Target) -> Result<(), Stop> {
        let directory = directory()?;
        let server = if target.simulator { Some(simulator()?) } else { None };
        let (organization, network) = match &server {
            Some(server) => (of_simulator(server), Network::default()),
            None => (organization::reached(target).await?, network()?),
        };
        let transport = OverNetwork::new(&network);
        if self.clean_up {
            return cleaned(clean_up(&directory, &organization, &transport).await, &directory);
        }
        let asked = self.asked()?;
        let mut journal = Journal::begin(&directory, &organization.origin);
        terminal::note(plan(&asked, &organization, &journal));
        let mut shown = Shown { bar: terminal::bar(asked.assumptions().count()) };
        let stop = stop_on_ctrl_c();
        let stopped = stop.clone();
        let (report, left) =
            verify(&asked, &organization, &transport, &mut journal, stop, &mut shown).await;
        drop(shown);
        terminal::answer(table(&report))?;
        if let Some(file) = &self.report {
            write(file, &report)?;
        }
        said(&left, &directory)?;
        if *stopped.borrow() {
            return Err(Stop::Failed("stopped before everything was tried".to_owned()));
        }
        match report.count(Outcome::Differs) {
            0 => Ok(()),
            1 => Err(Stop::Failed("1 assumption differs".to_owned())),
            differing => Err(Stop::Failed(format!("{differing} assumptions differ"))),
        }
    }

    fn asked(&self) -> Result<Asked, Stop> {
        let solution = match &self.customize {
            None => None,
            Some(text) => Some(id(text).ok_or_else(|| {
                Stop::Usage(format!(
                    "`{text}` is not the id of a solution (`call list_solution_id_options` lists them)"
                ))
            })?),
        };
        let level = match (self.write, &solution) {
            (_, Some(_)) => Level::Customize,
            (true, None) => Level::Write,
            (false, None) => Level::Read,
        };
        Ok(Asked { level, solution, only: self.only.clone() })
    }
}

/// An id without braces, if it is one.
fn id(text: &str) -> Option<String> {
    let plain = text.trim().trim_start_matches('{').trim_end_matches('}').to_ascii_lowercase();
    let groups: Vec<usize> = plain.split('-').map(str::len).collect();
    let digits = plain.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    (groups == [8, 4, 4, 4, 12] && digits).then_some(plain)
}

/// The directory for the journals of runs, next to the logins.
fn directory() -> Result<PathBuf, Stop> {
    let store = Store::of_user(None).map_err(Stop::Failed)?;
    Ok(store.path().parent().unwrap_or(Path::new(".")).to_owned())
}

fn simulator() -> Result<Server, Stop> {
    let mut world = World::new(&Seed::default());
    world.clock = Clock::System;
    sim::start(world, 0)
}

fn of_simulator(server: &Server) -> Organization {
    let origin = server.url().to_owned();
    let token = server.dataverse().issue_token();
    Organization { sign_in: origin.clone(), origin, token }
}

/// Becomes true at the first Ctrl-C; the second one ends the process.
fn stop_on_ctrl_c() -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            terminal::note(
                "stopping and removing everything this run created (press Ctrl-C again to leave it)",
            );
            stop.send_replace(true);
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            terminal::note("`verify --clean-up` removes what this run created");
            std::process::exit(130);
        }
    });
    stopped
}

/// The progress of a run, on stderr.
struct Shown {
    bar: terminal::Progress,
}

impl Watch for Shown {
    fn begins(&mut self, assumption: &'static Assumption) {
        self.bar.says(&assumption.name);
    }

    fn ends(&mut self, _finding: &Finding) {
        self.bar.advances();
    }

    fn waits(&mut self, pause: Duration) {
        self.bar.says(&format!("the organization asks to wait {} s", pause.as_secs()));
    }
}

fn table(report: &Report) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = terminal::width() {
        table.set_width(width);
    }
    for outcome in [Outcome::Agrees, Outcome::NotTried, Outcome::Differs] {
        for finding in report.findings.iter().filter(|finding| finding.outcome == outcome) {
            let (word, details) = match outcome {
                Outcome::Agrees => (terminal::good("agrees"), finding.assumed().to_owned()),
                Outcome::NotTried => (
                    terminal::quiet("not tried"),
                    format!(
                        "{}: {}",
                        finding.assumed(),
                        finding.why.as_deref().unwrap_or_default()
                    ),
                ),
                Outcome::Differs => (
                    terminal::bad("differs"),
                    format!(
                        "{}\nexpected {}\nseen     {}",
                        finding.assumed(),
                        finding.expected(),
                        finding.shown()
                    ),
                ),
            };
            table.add_row([word, finding.name.clone(), details]);
        }
    }
    let counts =
        [Outcome::Agrees, Outcome::Differs, Outcome::NotTried].map(|own| report.count(own));
    format!(
        "{}\n\n{} agree, {} differ, {} could not be tried ({} requests)",
        table.trim_fmt(),
        counts[0],
        counts[1],
        counts[2],
        report.requests
    )
}

fn write(file: &Path, report: &Report) -> Result<(), Stop> {
    for (extension, text) in [("md", report.markdown()), ("json", report.json())] {
        let mut path = file.as_os_str().to_owned();
        path.push(".");
        path.push(extension);
        std::fs::write(&path, text).map_err(|error| {
            Stop::Failed(format!("cannot write `{}`: {error}", Path::new(&path).display()))
        })?;
        terminal::note(format_args!("wrote {}", Path::new(&path).display()));
    }
    Ok(())
}

fn cleaned(left: std::io::Result<Left>, directory: &Path) -> Result<(), Stop> {
    let left = left
        .map_err(|error| Stop::Failed(format!("cannot read `{}`: {error}", directory.display())))?;
    if left.removed == 0 && left.left.is_empty() {
        terminal::note("nothing to remove");
        return Ok(());
    }
    said(&left, directory)
}

fn said(left: &Left, directory: &Path) -> Result<(), Stop> {
    if left.removed > 0 {
        terminal::note(format_args!("removed {} rows and tables", left.removed));
    }
    if left.left.is_empty() {
        return Ok(());
    }
    Err(Stop::Failed(format!(
        "could not remove {} (recorded in {}; `verify --clean-up` tries again)",
        left.left.join(", "),
        directory.display()
    )))
}
