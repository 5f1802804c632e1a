//! The limits of a fleet: many hosts that share one user's limits, in simulated time.
//!
//! The component is real, with its own back-off; the simulator enforces the service protection
//! limits. A caller follows a failure's advice: it waits as many seconds as requested and calls
//! again.

mod plot;

use std::sync::Arc;
use std::time::Duration;

use dataverse_sim::{Dataverse, Seed, World};
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::MeasureError;
use host_test::{Backend, Clock, Connector, InProcess, Secrets, Settings};

pub use plot::plot;

/// Dataverse's latency.
pub const LATENCY: Duration = Duration::from_millis(150);

/// The observed time of a fleet in the table: three windows of the limits.
pub const SPAN: Duration = Duration::from_secs(900);

/// The time that one point of the plot covers.
pub const STEP: Duration = Duration::from_secs(10);

/// A fleet: hosts, concurrency and users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fleet {
    /// Its name.
    pub name: &'static str,
    /// The number of hosts.
    pub hosts: usize,
    /// The number of concurrent calls per host.
    pub at_once: usize,
    /// The number of application users shared by the hosts in turn.
    pub users: usize,
    /// The maximum number of calls that each host starts per second; `None` for as many as
    /// possible.
    pub pace: Option<u32>,
}

/// The fleets of the table.
pub const FLEETS: [Fleet; 4] = [
    Fleet { name: "one user, 32 calls at once", hosts: 4, at_once: 32, users: 1, pace: None },
    Fleet { name: "one user, 12 calls at once", hosts: 4, at_once: 12, users: 1, pace: None },
    Fleet { name: "one user, 5 calls a second", hosts: 4, at_once: 32, users: 1, pace: Some(5) },
    Fleet { name: "a user for each host", hosts: 4, at_once: 32, users: 4, pace: None },
];

/// The result of a fleet.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The observed time.
    pub span: Duration,
    /// Successful calls, by host and step.
    pub succeeded: Vec<Vec<u32>>,
    /// Failed calls.
    pub failed: usize,
    /// Requests refused by a limit.
    pub refused: usize,
    /// All requests.
    pub requests: usize,
    /// The durations of successful calls in milliseconds, sorted.
    pub milliseconds: Vec<u64>,
}

impl Outcome {
    /// Successful calls per minute, on average.
    pub fn goodput(&self) -> f64 {
        number(self.by_host().iter().sum()) * 60.0 / self.span.as_secs_f64()
    }

    /// Jain's index over the hosts: 1 if all got the same, a quarter if one of four got everything.
    pub fn fairness(&self) -> f64 {
        let shares: Vec<f64> = self.by_host().into_iter().map(number).collect();
        let sum: f64 = shares.iter().sum();
        let squares: f64 = shares.iter().map(|share| share * share).sum();
        sum * sum / (number(shares.len()) * squares)
    }

    /// The longest time without any success.
    pub fn longest_gap(&self) -> Duration {
        let mut longest = 0;
        let mut gap = 0;
        for step in self.by_step() {
            gap = if step == 0 { gap + 1 } else { 0 };
            longest = longest.max(gap);
        }
        STEP * longest
    }

    /// The duration that this share of the successful calls did not exceed, in milliseconds.
    pub fn quantile(&self, hundredths: usize) -> u64 {
        let last = self.milliseconds.len().saturating_sub(1);
        self.milliseconds.get(last * hundredths / 100).copied().unwrap_or_default()
    }

    /// Successful calls of all hosts, by step.
    pub fn by_step(&self) -> Vec<u32> {
        let steps = self.succeeded.first().map_or(0, Vec::len);
        let of_step = |step| self.succeeded.iter().filter_map(move |host| host.get(step)).sum();
        (0..steps).map(of_step).collect()
    }

    fn by_host(&self) -> Vec<usize> {
        let sum = |steps: &Vec<u32>| steps.iter().map(|count| *count as usize).sum();
        self.succeeded.iter().map(sum).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "some ten thousand calls")]
fn number(count: usize) -> f64 {
    count as f64
}

/// One call from its caller's view.
struct Called {
    host: usize,
    ended: Duration,
    took: Duration,
    succeeded: bool,
}

/// Runs a fleet for this long in simulated time.
///
/// # Errors
///
/// Fails with [`MeasureError`] if a call is stopped or its output is invalid.
pub fn run(fleet: Fleet, span: Duration) -> Result<Outcome, MeasureError> {
    // One thread: time passes only when all tasks wait.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    runtime.block_on(work(fleet, span))
}

async fn work(fleet: Fleet, span: Duration) -> Result<Outcome, MeasureError> {
    let started = Instant::now();
    let mut users = Vec::new();
    for _ in 0..fleet.users {
        // Limits are per user: each user has a separate simulator with the same rows.
        let mut world = World::new(&Seed::default());
        world.settings.latency = LATENCY;
        world.settings.access_token_life = span * 2;
        let mut dataverse = Dataverse::new(world);
        let token = dataverse.issue_token();
        let start = Duration::from_secs(u64::try_from(dataverse.world.now()).unwrap_or_default());
        let organization = InProcess::new(dataverse);
        let connector = Connector::new(Settings {
            backend: Backend::InProcess(organization.clone()),
            clock: Clock::Tokio { start, origin: started },
            random_seed: Some(7),
            ..Settings::default()
        })?;
        let secrets = Secrets::new()
            .with("instance_url", "org12345.crm.dynamics.com")
            .with("access_token", &token);
        users.push((Arc::new(connector), secrets, organization));
    }
    let mut callers = JoinSet::new();
    for host in 0..fleet.hosts {
        let Some((connector, secrets, _)) = users.get(host % fleet.users) else { continue };
        for caller in 0..fleet.at_once {
            let (connector, secrets) = (Arc::clone(connector), secrets.clone());
            let pace = fleet.pace.map(|pace| Pace::new(fleet.at_once, caller, pace));
            callers.spawn(async move {
                let until = started + span;
                calls(host, &connector, &secrets, (started, until), pace).await
            });
        }
    }
    let mut outcome = Outcome {
        span,
        succeeded: vec![vec![0; steps(span) + 1]; fleet.hosts],
        failed: 0,
        refused: 0,
        requests: 0,
        milliseconds: Vec::new(),
    };
    while let Some(called) = callers.join_next().await {
        for called in called.map_err(|error| MeasureError::Wrong(error.to_string()))?? {
            if !called.succeeded {
                outcome.failed += 1;
                continue;
            }
            let host = outcome.succeeded.get_mut(called.host);
            if let Some(count) = host.and_then(|host| host.get_mut(steps(called.ended))) {
                *count += 1;
                outcome
                    .milliseconds
                    .push(u64::try_from(called.took.as_millis()).unwrap_or(u64::MAX));
            }
        }
    }
    outcome.milliseconds.sort_unstable();
    for (_, _, organization) in &users {
        let sim = organization.dataverse();
        outcome.requests += sim.journal().len();
        outcome.refused += sim.journal().iter().filter(|entry| entry.status == Some(429)).count();
    }
    for host in &mut outcome.succeeded {
        host.truncate(steps(span));
    }
    Ok(outcome)
}

/// The time when a caller of a pacing host may start its next call: the callers take turns.
struct Pace {
    next: Duration,
    every: Duration,
}

impl Pace {
    fn new(callers: usize, caller: usize, a_second: u32) -> Self {
        let turn = Duration::from_secs(1) / a_second;
        let (callers, caller) = (u32::try_from(callers), u32::try_from(caller));
        Pace { next: turn * caller.unwrap_or_default(), every: turn * callers.unwrap_or(1) }
    }

    async fn wait(&mut self, started: Instant) {
        sleep_until(started + self.next).await;
        self.next = self.next.max(started.elapsed()) + self.every;
    }
}

/// Makes one call after the other until the time is over.
async fn calls(
    host: usize,
    connector: &Connector,
    secrets: &Secrets,
    (started, until): (Instant, Instant),
    mut pace: Option<Pace>,
) -> Result<Vec<Called>, MeasureError> {
    let input = json!({"account_id": Seed::account(0).to_string()}).to_string();
    let mut called = Vec::new();
    while Instant::now() < until {
        if let Some(pace) = &mut pace {
            pace.wait(started).await;
        }
        let began = Instant::now();
        let ran = connector.run(secrets, "get_account", &input).await?;
        let told = match &ran {
            Ok(answer) => {
                let answer: Value = serde_json::from_str(answer)
                    .map_err(|error| MeasureError::Wrong(error.to_string()))?;
                if answer["success"] != true {
                    return Err(MeasureError::Wrong(answer.to_string()));
                }
                None
            }
            Err(failure) => Some(failure.retry_after_seconds.unwrap_or(1)),
        };
        called.push(Called {
            host,
            ended: started.elapsed(),
            took: began.elapsed(),
            succeeded: ran.is_ok(),
        });
        if let Some(seconds) = told {
            sleep(Duration::from_secs(seconds.into())).await;
        }
    }
    Ok(called)
}

fn steps(time: Duration) -> usize {
    usize::try_from(time.as_secs() / STEP.as_secs()).unwrap_or(usize::MAX)
}
