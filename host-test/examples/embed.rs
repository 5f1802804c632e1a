//! The smallest complete embedding: `cargo run -p host-test --example embed`.

use dataverse_sim::{Clock, Dataverse, Seed, Server, World};
use host_test::{Connector, Secrets, Settings};

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A simulated organization on a loopback socket.
    let mut world = World::new(&Seed::default());
    world.clock = Clock::System;
    let mut dataverse = Dataverse::new(world);
    let token = dataverse.issue_token();
    let server = Server::start(dataverse, 0)?;

    let connector = Connector::new(Settings::default())?;
    let secrets = Secrets::new().with("instance_url", &server.url()).with("access_token", &token);
    let input = r#"{"search_term": "o'brien"}"#;
    let answer = connector.invoke(&secrets, "search_accounts", input).await?;
    assert!(answer.contains("O'Brien & Sons"), "{answer}");
    Ok(())
}
