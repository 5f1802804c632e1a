//! The number of TCP connections that the host opens.

use dataverse_sim::{Dataverse, Seed, Server, World};
use serde_json::json;
use tokio::runtime::Builder;

use super::{Bar, Effort, MeasureError, Row, Value};
use host_test::Secrets;
use host_test::{Connector, Settings};

/// An organization on a loopback socket without throttling, and its credentials.
pub(super) fn organization(
    latency: std::time::Duration,
) -> Result<(Server, Secrets), MeasureError> {
    let mut world = World::default();
    world.clock = dataverse_sim::Clock::System;
    world.settings.enforce_limits = false;
    world.settings.latency = latency;
    let mut dataverse = Dataverse::new(world);
    let token = dataverse.issue_token();
    let server = Server::start(dataverse, 0)?;
    let secrets = Secrets::new().with("instance_url", &server.url()).with("access_token", &token);
    Ok((server, secrets))
}

/// The account for `get_account`.
pub(super) fn account() -> String {
    json!({"account_id": Seed::account(0).to_string()}).to_string()
}

/// One successful call of `get_account`.
pub(super) async fn call(connector: &Connector, secrets: &Secrets) -> Result<(), MeasureError> {
    let answer = connector.invoke(secrets, "get_account", &account()).await?;
    if answer.starts_with(r#"{"success":true"#) {
        return Ok(());
    }
    Err(MeasureError::Wrong(answer))
}

pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let (server, secrets) = organization(std::time::Duration::ZERO)?;
    let calls = effort.rounds(200);
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let connector = Connector::new(Settings::default())?;
        for _ in 0..calls {
            call(&connector, &secrets).await?;
        }
        Ok::<(), MeasureError>(())
    })?;
    Ok(Row {
        name: "connections",
        measure: format!("TCP connections that the host opens for {calls} calls in a row"),
        value: Value::Count(server.connections()),
        bar: Bar::AtMost(Value::Count(1)),
    })
}
