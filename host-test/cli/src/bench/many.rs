//! More concurrent calls than the host has places.

use std::path::Path;
use std::time::Duration;

use super::client::{self, Client};
use super::{Bar, Effort, MeasureError, Row, Value, compare::median, socket};
use host_test::MAX_CONCURRENT_CALLS;

/// The simulator's latency.
const LATENCY: Duration = Duration::from_millis(50);

/// The number of concurrent calls; most of them wait for a place.
const AT_ONCE: usize = 1_000;

/// The number of calls for each place: whole rounds of all places, and enough that the start and
/// the end hardly matter.
const CALLS_A_PLACE: usize = 40;

/// The throughput of all places if only the simulator takes time.
fn ideal() -> f64 {
    f64::from(MAX_CONCURRENT_CALLS) / LATENCY.as_secs_f64()
}

pub(super) fn rows(program: &Path, effort: Effort) -> Result<Vec<Row>, MeasureError> {
    let (server, secrets) = socket::organization(LATENCY)?;
    let token = secrets.get("access_token").unwrap_or_default();
    let client = Client {
        url: server.url(),
        token,
        action: "get_account".to_owned(),
        input: socket::account(),
        calls: MAX_CONCURRENT_CALLS as usize * effort.rounds(CALLS_A_PLACE),
        at_once: AT_ONCE,
    };
    let measured = (0..effort.rounds(5))
        .map(|_| {
            server.dataverse().journal_mut().clear();
            client::in_process_of_its_own(program, &client)
        })
        .collect::<Result<Vec<_>, MeasureError>>()?;
    let rates = measured.iter().map(|measured| measured.per_second(client.calls) / ideal());
    let mut rows = vec![Row {
        name: "many at once",
        measure: format!(
            "calls per second with {AT_ONCE} in flight and {MAX_CONCURRENT_CALLS} places in the host, the simulator taking {} ms, all answered, over what that latency allows with this many places",
            LATENCY.as_millis()
        ),
        value: Value::Ratio(median(rates.collect())),
        bar: Bar::AtLeast(Value::Ratio(0.9)),
    }];
    if let Some(most) = measured.iter().filter_map(client::Measured::taken).max() {
        rows.push(Row {
            name: "many at once",
            measure: "resident memory that the host's process takes more meanwhile".to_owned(),
            value: Value::Bytes(most),
            bar: Bar::None,
        });
    }
    Ok(rows)
}
