//! The host's memory for one call: the peak of a command-line process from the arrival of its
//! request, minus its memory at that time, divided by the size of the response body.

mod bodies;
mod doors;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use bytes::Bytes;

use super::served::{Served, json};
use super::{Bar, Effort, MeasureError, Row, Value, process};
use bodies::Body;
use doors::Door;

/// The state of the measured process.
#[derive(Default)]
struct Watched {
    process: AtomicU32,
    /// Its memory when its request arrived; 0 before.
    idle: AtomicUsize,
}

impl Watched {
    fn is(&self, process: u32) {
        self.idle.store(0, Ordering::SeqCst);
        self.process.store(process, Ordering::SeqCst);
    }

    /// Its request has arrived: it has everything it needs before the response.
    fn asks(&self) -> Result<(), MeasureError> {
        let process = self.process.load(Ordering::SeqCst);
        self.idle.store(process::now(process)?, Ordering::SeqCst);
        process::forget_peak(process)
    }
}

/// The ratio for one call through this interface.
fn ratio(program: &Path, door: Door, body: &Body) -> Result<f64, MeasureError> {
    let watched = Arc::new(Watched::default());
    let served = {
        let (watched, status, bytes) = (Arc::clone(&watched), body.status, body.bytes.clone());
        Served::start(move |request| {
            if request.uri().path().ends_with("/WhoAmI") {
                return json(200, Bytes::from_static(WHO_AM_I));
            }
            // A process without a request has an idle level of 0.
            let _ = watched.asks();
            json(status, bytes.clone())
        })?
    };
    let peak = door.peak(program, &served.url(), body, |process| watched.is(process))?;
    match watched.idle.load(Ordering::SeqCst) {
        0 => Err(MeasureError::Wrong(format!("{door} with {}: no request came", body.name))),
        idle => Ok(over(peak.saturating_sub(idle), body.bytes.len())),
    }
}

const WHO_AM_I: &[u8] = br#"{"BusinessUnitId":"5d5dbde1-1c1c-ea11-a811-000d3a3b5d5d","UserId":"5e5dbde1-1c1c-ea11-a811-000d3a3b5d5d","OrganizationId":"5f5dbde1-1c1c-ea11-a811-000d3a3b5d5d"}"#;

#[expect(clippy::cast_precision_loss, reason = "some megabytes")]
fn over(bytes: usize, body: usize) -> f64 {
    bytes as f64 / body as f64
}

/// Ordinary pages and odd bodies, each through the JSON interface and as tools. Only if the system
/// reports a process's memory.
pub(super) fn rows(program: &Path, effort: Effort) -> Result<Vec<Row>, MeasureError> {
    if !process::IS_TOLD {
        return Ok(Vec::new());
    }
    let (page, odd) = (vec![bodies::page(effort)?], bodies::odd(effort));
    let mut rows = Vec::new();
    for (doors, interface, bar) in
        [(&[Door::Call][..], "`call`", 4.0), (&Door::TOOLS[..], "`mcp`", 6.0)]
    {
        let many = format!("{} odd bodies", odd.len());
        for (bodies, what) in [(&page, "that page"), (&odd, many.as_str())] {
            let mut worst = (0.0, String::new());
            for body in bodies {
                for door in doors {
                    let ratio = ratio(program, *door, body)?;
                    if ratio > worst.0 {
                        worst = (ratio, format!("{}, `{door}`", body.name));
                    }
                }
            }
            rows.push(Row {
                name: "host memory",
                measure: format!(
                    "peak resident memory of {interface} over its idle level, for {what}, over the size of the answer's body (most: {})",
                    worst.1
                ),
                value: Value::Ratio(worst.0),
                bar: Bar::AtMost(Value::Ratio(bar)),
            });
        }
    }
    Ok(rows)
}
