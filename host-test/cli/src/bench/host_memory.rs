//! How much memory the host takes for one call: what a process of the command line holds at most from the moment when its
//! request arrives, over what it held then, over the size of the answer's body.

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

/// What is known of the process whose memory is measured.
#[derive(Default)]
struct Watched {
    process: AtomicU32,
    /// What it held when its request came; 0 before that.
    idle: AtomicUsize,
}

impl Watched {
    fn is(&self, process: u32) {
        self.idle.store(0, Ordering::SeqCst);
        self.process.store(process, Ordering::SeqCst);
    }

    /// Its request has come: it holds all that it needs before its answer.
    fn asks(&self) -> Result<(), MeasureError> {
        let process = self.process.load(Ordering::SeqCst);
        self.idle.store(process::now(process)?, Ordering::SeqCst);
        process::forget_peak(process)
    }
}

/// The ratio of one call through this door.
fn ratio(program: &Path, door: Door, body: &Body) -> Result<f64, MeasureError> {
    let watched = Arc::new(Watched::default());
    let served = {
        let (watched, status, bytes) = (Arc::clone(&watched), body.status, body.bytes.clone());
        Served::start(move |request| {
            if request.uri().path().ends_with("/WhoAmI") {
                return json(200, Bytes::from_static(WHO_AM_I));
            }
            // One that is not asked shows as an idle level of nothing.
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

/// Ordinary pages and odd bodies, each through the JSON interface and as tools. Only where the system tells what a process
/// holds.
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
