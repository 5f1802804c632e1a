//! The throughput of concurrent calls that wait for the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dataverse_sim::Server;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::compare::median;
use super::{Bar, Effort, MeasureError, Row, Value, socket};
use host_test::Secrets;
use host_test::{Connector, Settings};

/// The simulator's latency.
const LATENCY: Duration = Duration::from_millis(20);

/// The number of concurrent calls.
const AT_ONCE: usize = 32;

/// A host on two threads, and an organization with a latency of 20 ms.
pub struct Parallel {
    runtime: Runtime,
    connector: Arc<Connector>,
    secrets: Secrets,
    server: Server,
}

impl Parallel {
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if a socket or thread cannot be created.
    pub fn new() -> Result<Self, MeasureError> {
        let (server, secrets) = socket::organization(LATENCY)?;
        let connector = Arc::new(Connector::new(Settings::default())?);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        Ok(Parallel { runtime, connector, secrets, server })
    }

    /// Makes this many calls, this many of them concurrently, and returns the calls per second.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if a call fails.
    pub fn calls_per_second(&self, calls: usize, at_once: usize) -> Result<f64, MeasureError> {
        let left = Arc::new(AtomicUsize::new(calls));
        let started = Instant::now();
        self.runtime.block_on(async {
            let mut workers = JoinSet::new();
            for _ in 0..at_once {
                let (left, connector) = (Arc::clone(&left), Arc::clone(&self.connector));
                let secrets = self.secrets.clone();
                workers.spawn(async move {
                    while left
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                        .is_ok()
                    {
                        socket::call(&connector, &secrets).await?;
                    }
                    Ok::<(), MeasureError>(())
                });
            }
            while let Some(worker) = workers.join_next().await {
                worker.map_err(|error| MeasureError::Wrong(error.to_string()))??;
            }
            Ok::<(), MeasureError>(())
        })?;
        self.server.dataverse().journal_mut().clear();
        Ok(per_second(calls, started.elapsed()))
    }
}

#[expect(clippy::cast_precision_loss, reason = "some thousand calls")]
fn per_second(calls: usize, took: Duration) -> f64 {
    calls as f64 / took.as_secs_f64()
}

pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let parallel = Parallel::new()?;
    let (alone, together) = (effort.rounds(20), effort.rounds(20) * AT_ONCE);
    // Opens the connections and warms up.
    parallel.calls_per_second(AT_ONCE, AT_ONCE)?;
    let ratios = (0..effort.rounds(11))
        .map(|_| {
            let one = parallel.calls_per_second(alone, 1)?;
            Ok(parallel.calls_per_second(together, AT_ONCE)? / one)
        })
        .collect::<Result<Vec<f64>, MeasureError>>()?;
    Ok(Row {
        name: "parallel",
        measure: format!(
            "calls per second with {AT_ONCE} in flight over 1 in flight, on 2 threads, the simulator taking {} ms",
            LATENCY.as_millis()
        ),
        value: Value::Ratio(median(ratios)),
        bar: Bar::AtLeast(Value::Ratio(25.0)),
    })
}
