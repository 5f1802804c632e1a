//! The number of TCP connections that the host opens.

use dataverse_sim::{Clock, Dataverse, Seed, Server, World};
use serde_json::json;
use tokio::runtime::Builder;

use super::{Bar, Effort, MeasureError, Row, Value};
use host_test::Secrets;
use host_test::{Connector, Settings};

/// An organization on a loopback socket without throttling, and its credentials.
pub(super) fn organization(
    latency: std::time::Duration,
) -> Result<(Server, Secrets), MeasureError> {
    let (server, token) = unthrottled(&Seed::default(), |settings| settings.latency = latency)?;
    let secrets = Secrets::new().with("instance_url", &server.url()).with("access_token", &token);
    Ok((server, secrets))
}

/// The same with these rows and settings, and a token for it.
pub(super) fn unthrottled(
    seed: &Seed,
    set: impl FnOnce(&mut dataverse_sim::Settings),
) -> Result<(Server, String), MeasureError> {
    let mut world = World::new(seed);
    world.clock = Clock::System;
    world.settings.enforce_limits = false;
    set(&mut world.settings);
    let mut dataverse = Dataverse::new(world);
    let token = dataverse.issue_token();
    Ok((Server::start(dataverse, 0)?, token))
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
