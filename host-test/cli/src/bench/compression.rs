//! The savings of compression over a typical line.

use std::time::Duration;

use dataverse_sim::{Seed, Server};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::compare::ratio;
use super::link::{Line, Link};
use super::page::FILTER;
use super::{Bar, Effort, MeasureError, Row, Value, socket};
use host_test::{Connector, Secrets, Settings};

/// An office's line to a data centre on the same continent.
const LINE: Line = Line { rate: 50_000_000, round_trip: Duration::from_millis(40) };

/// A host, and an organization at the other end of the line.
struct Far {
    runtime: Runtime,
    connector: Connector,
    secrets: Secrets,
    contacts: usize,
    _server: Server,
    _link: Link,
}

impl Far {
    fn new(contacts: usize, compresses: bool) -> Result<Self, MeasureError> {
        let seed = Seed { contacts, ..Seed::default() };
        let (server, token) =
            socket::unthrottled(&seed, |settings| settings.compression = compresses)?;
        let link = Link::to(server.address(), LINE)?;
        let secrets = Secrets::new().with("instance_url", &link.url()).with("access_token", &token);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connector = Connector::new(Settings::default())?;
        Ok(Far { runtime, connector, secrets, contacts, _server: server, _link: link })
    }

    fn find(&self) -> Result<String, MeasureError> {
        let input = json!({"filter": FILTER}).to_string();
        let call = self.connector.invoke(&self.secrets, "find_contact", &input);
        let answer = self.runtime.block_on(call)?;
        if answer.matches(r#""contactid":"#).count() == self.contacts {
            return Ok(answer);
        }
        Err(MeasureError::Wrong(answer.chars().take(200).collect()))
    }
}

pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let contacts = effort.rows();
    let (packed, plain) = (Far::new(contacts, true)?, Far::new(contacts, false)?);
    Ok(Row {
        name: "compression",
        measure: format!(
            "`find_contact` of {contacts} contacts over a line of {} Mbit/s and {} ms, the simulator compressing its answer as the host asks, against one that does not",
            LINE.rate / 1_000_000,
            LINE.round_trip.as_millis()
        ),
        value: Value::Ratio(ratio(effort.rounds(5), || packed.find(), || plain.find())?),
        bar: Bar::AtMost(Value::Ratio(0.35)),
    })
}
