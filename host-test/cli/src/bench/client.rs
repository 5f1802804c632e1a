//! A host as a separate process, so that its cost is not mixed with the simulator's.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::{MeasureError, process, program};
use host_test::{Connector, Outcome, Secrets, Settings};

/// The calls of such a process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    pub(super) url: String,
    pub(super) token: String,
    pub(super) action: String,
    pub(super) input: String,
    pub(super) calls: usize,
    pub(super) at_once: usize,
}

/// Their cost.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Measured {
    /// Seconds from the first to the last.
    pub(super) wall: f64,
    /// Seconds of computing, of all threads together.
    pub(super) cpu: f64,
    /// Resident memory before the calls and its peak during them, in bytes, if the system reports
    /// it.
    #[serde(default)]
    memory: Option<(usize, usize)>,
}

impl Measured {
    #[expect(clippy::cast_precision_loss, reason = "some thousand calls")]
    pub(super) fn per_second(&self, calls: usize) -> f64 {
        calls as f64 / self.wall
    }

    /// The increase in memory during the calls.
    pub(super) fn taken(&self) -> Option<usize> {
        self.memory.map(|(idle, peak)| peak.saturating_sub(idle))
    }
}

/// Starts this program as such a client and waits for its measurement.
pub(super) fn in_process_of_its_own(
    program: &Path,
    client: &Client,
) -> Result<Measured, MeasureError> {
    let wrong = |error: serde_json::Error| MeasureError::Wrong(error.to_string());
    let output = program::at(program, &client.url)
        .args(["bench", "--client", &serde_json::to_string(client).map_err(wrong)?])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        return Err(MeasureError::Wrong(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(wrong)
}

impl Client {
    /// Makes the calls in this process: first some for warm-up, then all of them.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if one fails.
    pub fn run(&self) -> Result<Measured, MeasureError> {
        let runtime = match self.at_once {
            1 => Builder::new_current_thread().enable_all().build()?,
            _ => Builder::new_multi_thread().worker_threads(2).enable_all().build()?,
        };
        let connector = Arc::new(Connector::new(Settings::default())?);
        let secrets =
            Secrets::new().with("instance_url", &self.url).with("access_token", &self.token);
        runtime.block_on(async {
            self.call(&connector, &secrets, self.at_once.max(self.calls / 20)).await?;
            let this = std::process::id();
            if process::IS_TOLD {
                process::forget_peak(this)?;
            }
            let idle = process::now(this);
            let (started, cpu) = (Instant::now(), process::computed(this));
            self.call(&connector, &secrets, self.calls).await?;
            let (wall, cpu) = (started.elapsed(), process::computed(this).saturating_sub(cpu));
            let memory = idle.ok().zip(process::peak(this).ok());
            Ok(Measured { wall: wall.as_secs_f64(), cpu: cpu.as_secs_f64(), memory })
        })
    }

    async fn call(
        &self,
        connector: &Arc<Connector>,
        secrets: &Secrets,
        calls: usize,
    ) -> Result<(), MeasureError> {
        let left = Arc::new(AtomicUsize::new(calls));
        let mut workers = JoinSet::new();
        for _ in 0..self.at_once {
            let (left, connector, secrets) =
                (Arc::clone(&left), Arc::clone(connector), secrets.clone());
            let (action, input) = (self.action.clone(), self.input.clone());
            workers.spawn(async move {
                let is_left = || {
                    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                        .is_ok()
                };
                while is_left() {
                    let answer = connector.invoke(&secrets, &action, &input).await?;
                    if !answer.starts_with(r#"{"success":true"#) {
                        let reason = Outcome::of(&answer).and_then(|outcome| outcome.error);
                        return Err(MeasureError::Wrong(reason.unwrap_or(answer)));
                    }
                }
                Ok(())
            });
        }
        while let Some(worker) = workers.join_next().await {
            worker.map_err(|error| MeasureError::Wrong(error.to_string()))??;
        }
        Ok(())
    }
}
