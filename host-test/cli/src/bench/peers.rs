//! The same calls by other clients that people use for Dynamics 365.
//!
//! `.ci/install-hosts` installs them. The clients are separate processes, so their computing time
//! is their own; the simulator is the same for all.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dataverse_sim::{Seed, Server};
use serde_json::json;

use super::client::{self, Client, Measured};
use super::compare::median;
use super::page::FILTER;
use super::{Bar, Effort, MeasureError, Row, Value, program, socket};

/// Another client.
struct Peer {
    name: &'static str,
    /// The interpreter of its program, if installed.
    runs: fn(&Path) -> Command,
    /// Its program.
    code: &'static str,
    /// Its arguments after the common ones.
    option: Option<&'static str>,
}

const LANGCHAIN: &str = include_str!("peers/langchain.py");

/// Named as in their columns.
const PEERS: [Peer; 4] = [
    Peer {
        name: "LangChain tool, `httpx` client a call",
        runs: |cache| python(cache, "langchain"),
        code: LANGCHAIN,
        option: Some("each"),
    },
    Peer {
        name: "the same, one client",
        runs: |cache| python(cache, "langchain"),
        code: LANGCHAIN,
        option: Some("one"),
    },
    Peer {
        name: "PowerPlatform-Dataverse-Client",
        runs: |cache| python(cache, "dataverse-python"),
        code: include_str!("peers/dataverse.py"),
        option: None,
    },
    WEB_API,
];

const WEB_API: Peer = Peer {
    name: "dynamics-web-api",
    runs: |cache| {
        let mut node = Command::new("node");
        // Node looks for modules next to the program.
        node.current_dir(cache.join("dynamics-web-api"));
        node.args(["--input-type=module", "--eval"]);
        node
    },
    code: include_str!("peers/web_api.mjs"),
    option: None,
};

fn python(cache: &Path, environment: &str) -> Command {
    let mut python = Command::new(cache.join(environment).join("bin/python"));
    python.arg("-c");
    python
}

/// A call that all clients make.
struct Task {
    name: &'static str,
    action: &'static str,
    input: String,
    /// The number of calls per round.
    calls: usize,
}

fn tasks(effort: Effort) -> [Task; 3] {
    [
        Task {
            name: "`get_account`",
            action: "get_account",
            input: socket::account(),
            calls: 2 + effort.rounds(200),
        },
        Task {
            name: "`list_accounts`, 50 rows",
            action: "list_accounts",
            input: "{}".to_owned(),
            calls: 2 + effort.rounds(100),
        },
        Task {
            name: "`find_contact`, 5,000 full rows",
            action: "find_contact",
            input: json!({"filter": FILTER}).to_string(),
            calls: 1 + effort.rounds(2),
        },
    ]
}

/// The cost of other clients compared with this one.
pub struct Beside {
    /// Rows of the table of all rows.
    pub rows: Vec<Row>,
    /// A separate table, in Markdown.
    pub table: String,
}

/// Measures all of them; `program` is the built command line.
///
/// # Errors
///
/// Fails with [`MeasureError`] if a client is not installed or one of its calls fails.
pub fn beside(program: &Path, effort: Effort) -> Result<Beside, MeasureError> {
    let cache = cache()?;
    let organization = Organization::start(effort)?;
    let mut table = String::from(
        "| a call: computing, calls per second in a row | ours, a fresh sandbox each |",
    );
    for peer in &PEERS {
        table.push_str(&format!(" {} |", peer.name));
    }
    table.push_str(&format!("\n|---|---|{}", "---|".repeat(PEERS.len())));
    let mut against_web_api = f64::NAN;
    for task in tasks(effort) {
        let mut measured = vec![Vec::new(); PEERS.len() + 1];
        for _ in 0..effort.rounds(3) {
            let client = organization.client(&task);
            measured[0].push(client::in_process_of_its_own(program, &client)?);
            for (peer, measured) in PEERS.iter().zip(&mut measured[1..]) {
                measured.push(organization.measure(peer, &cache, &task)?);
            }
        }
        table.push_str(&format!("\n| {} |", task.name));
        for measured in &measured {
            table.push_str(&format!(" {} |", cell(measured, task.calls)));
        }
        if task.action == "get_account" {
            let [ours, .., theirs] = measured.as_slice() else { continue };
            against_web_api = usual(ours, |one| one.cpu) / usual(theirs, |one| one.cpu);
        }
    }
    let mut rows = vec![Row {
        name: "client's computing",
        measure: "CPU time a call of the host's process for `get_account` over a socket, against dynamics-web-api in Node".to_owned(),
        value: Value::Ratio(against_web_api),
        bar: Bar::AtMost(Value::Ratio(0.33)),
    }];
    rows.extend(organization.first_calls(program, &cache, effort)?);
    Ok(Beside { rows, table })
}

fn usual(measured: &[Measured], value: impl Fn(&Measured) -> f64) -> f64 {
    median(measured.iter().map(value).collect())
}

#[expect(clippy::cast_precision_loss, reason = "some hundred calls")]
fn cell(measured: &[Measured], calls: usize) -> String {
    let cpu = usual(measured, |one| one.cpu * 1_000.0) / calls as f64;
    let rate = usual(measured, |one| one.per_second(calls));
    let cpu = if cpu < 10.0 { format!("{cpu:.2}") } else { format!("{cpu:.0}") };
    if rate < 10.0 { format!("{cpu} ms, {rate:.1}/s") } else { format!("{cpu} ms, {rate:.0}/s") }
}

/// The calls of all clients.
struct Organization {
    server: Server,
    token: String,
}

impl Organization {
    fn start(effort: Effort) -> Result<Self, MeasureError> {
        let seed = Seed { accounts: 60, contacts: effort.rows(), ..Seed::default() };
        let (server, token) = socket::unthrottled(&seed, |_| {})?;
        Ok(Organization { server, token })
    }

    fn client(&self, task: &Task) -> Client {
        Client {
            url: self.server.url(),
            token: self.token.clone(),
            action: task.action.to_owned(),
            input: task.input.clone(),
            calls: task.calls,
            at_once: 1,
        }
    }

    /// The program of a peer with its arguments.
    fn command(&self, peer: &Peer, cache: &Path, task: &Task, calls: usize) -> Command {
        let mut command = (peer.runs)(cache);
        command
            .args([peer.code, &self.server.url(), &self.token, task.action, &task.input])
            .arg(calls.to_string())
            .args(peer.option)
            .stdin(Stdio::null());
        command
    }

    fn measure(&self, peer: &Peer, cache: &Path, task: &Task) -> Result<Measured, MeasureError> {
        let output = self.command(peer, cache, task, task.calls).output().map_err(missing(peer))?;
        let measured = serde_json::from_slice(&output.stdout).ok();
        self.server.dataverse().journal_mut().clear();
        measured.filter(|_| output.status.success()).ok_or_else(|| {
            let said = String::from_utf8_lossy(&output.stderr);
            MeasureError::Wrong(format!("{}, {}: {}", peer.name, task.name, said.trim()))
        })
    }

    /// The time of the first call from the start of its process, compared with others.
    fn first_calls(
        &self,
        program: &Path,
        cache: &Path,
        effort: Effort,
    ) -> Result<Vec<Row>, MeasureError> {
        let [task, ..] = tasks(effort);
        let ours = || {
            let mut command = program::at(program, &self.server.url());
            command
                .args(["call", task.action, &task.input, "--json"])
                .env("DYNAMICS365_ACCESS_TOKEN", &self.token);
            answered(command)
        };
        // Fills the cache of compiled components.
        ours()?;
        let mut rows = Vec::new();
        for (peer, what) in [
            (&WEB_API, "a script for Node with dynamics-web-api"),
            (&PEERS[2], "one for Python with Microsoft's client"),
            (&PEERS[0], "one for Python with a LangChain tool"),
        ] {
            let theirs = || answered(self.command(peer, cache, &task, 1));
            let rounds = effort.rounds(11);
            let ratios = (0..=rounds)
                .map(|_| Ok(ours()?.as_secs_f64() / theirs()?.as_secs_f64()))
                // The first run only loads the files into memory.
                .skip(1)
                .collect::<Result<Vec<f64>, MeasureError>>()?;
            rows.push(Row {
                name: "first call",
                measure: format!(
                    "from the start of `call get_account` to its answer, the compiled component cached on disk, against {what}"
                ),
                value: Value::Ratio(median(ratios)),
                bar: Bar::None,
            });
        }
        Ok(rows)
    }
}

fn missing(peer: &Peer) -> impl Fn(std::io::Error) -> MeasureError {
    let name = peer.name;
    move |error| {
        MeasureError::Wrong(format!(
            "{name}: {error} (`.ci/install-hosts` installs what is compared)"
        ))
    }
}

/// The time until the first line of a command's output.
fn answered(mut command: Command) -> Result<Duration, MeasureError> {
    let started = Instant::now();
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut line = Vec::new();
    if let Some(stdout) = process.stdout.take() {
        BufReader::new(stdout).read_until(b'\n', &mut line)?;
    }
    let took = started.elapsed();
    let output = process.wait_with_output()?;
    if output.status.success() && line.starts_with(b"{") {
        return Ok(took);
    }
    Err(MeasureError::Wrong(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// The directory of `.ci/install-hosts`.
fn cache() -> Result<PathBuf, MeasureError> {
    let set = |name| env::var_os(name).filter(|value: &OsString| !value.is_empty());
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(Path::new(&set("HOME")?).join(".cache")));
    let cache = cache.ok_or_else(|| MeasureError::Wrong("`HOME` is not set".to_owned()))?;
    Ok(cache.join("dynamics365-sales"))
}
