//! Calls that need a token at the same time share one request for it.

use std::sync::Arc;
use std::time::Duration;

use dataverse_sim::{Clock, Dataverse, Server, World};
use host_test::{Backend, Connector, InProcess, Pooled, Secrets, Settings};
use tokio::task::JoinSet;

/// An organization whose sign-in service accepts each refresh token once.
fn organization(latency: Duration) -> Dataverse {
    let mut world = World::default();
    world.clock = Clock::System;
    world.settings.enforce_limits = false;
    world.settings.latency = latency;
    world.settings.refresh_tokens_are_single_use = true;
    Dataverse::new(world)
}

/// A user who has consented, without an access token.
fn refreshing(dataverse: &mut Dataverse, instance: &str) -> Secrets {
    let client = dataverse.client();
    Secrets::new()
        .with("instance_url", instance)
        .with("client_id", &client.client_id)
        .with("client_secret", &client.client_secret)
        .with("refresh_token", &dataverse.issue_refresh_token())
}

const INSTANCE: &str = "org12345.crm.dynamics.com";

/// A connector whose requests stay in the process.
fn in_process(dataverse: Dataverse) -> (Arc<Connector>, InProcess) {
    let simulator = InProcess::new(dataverse);
    let backend = Backend::InProcess(simulator.clone());
    let connector = Connector::new(Settings { backend, ..Settings::default() }).unwrap();
    (Arc::new(connector), simulator)
}

/// Makes this many concurrent calls and returns the number that succeed.
async fn succeeding(connector: &Arc<Connector>, secrets: &Secrets, calls: usize) -> usize {
    let mut set = JoinSet::new();
    for _ in 0..calls {
        let (connector, secrets) = (Arc::clone(connector), secrets.clone());
        set.spawn(async move { connector.invoke(&secrets, "list_accounts", "{}").await.unwrap() });
    }
    let answers = set.join_all().await;
    answers.iter().filter(|answer| answer.starts_with(r#"{"success":true"#)).count()
}

fn token_requests(dataverse: &Dataverse) -> usize {
    dataverse.journal().iter().filter(|entry| entry.path.ends_with("/token")).count()
}

#[tokio::test]
async fn by_a_refresh_token_that_works_once() {
    let mut dataverse = organization(Duration::ZERO);
    let secrets = refreshing(&mut dataverse, INSTANCE);
    let (connector, simulator) = in_process(dataverse);
    assert_eq!(succeeding(&connector, &secrets, 32).await, 32);
    assert_eq!(token_requests(&simulator.dataverse()), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_threads_over_sockets() {
    let mut dataverse = organization(Duration::from_millis(5));
    let secrets = refreshing(&mut dataverse, "");
    let server = Server::start(dataverse, 0).unwrap();
    secrets.put("instance_url", &server.url());
    let backend = Backend::Pooled(Pooled::new());
    let connector = Arc::new(Connector::new(Settings { backend, ..Settings::default() }).unwrap());
    assert_eq!(succeeding(&connector, &secrets, 32).await, 32);
    assert_eq!(token_requests(&server.dataverse()), 1);
}

#[tokio::test]
async fn as_an_app() {
    let mut dataverse = organization(Duration::ZERO);
    let secrets = refreshing(&mut dataverse, INSTANCE);
    secrets.remove("refresh_token");
    secrets.put("tenant_id", &dataverse.client().tenant_id);
    let (connector, simulator) = in_process(dataverse);
    assert_eq!(succeeding(&connector, &secrets, 32).await, 32);
    assert_eq!(token_requests(&simulator.dataverse()), 1);
}

#[tokio::test]
async fn after_all_were_refused_for_an_expired_token() {
    let mut dataverse = organization(Duration::ZERO);
    let secrets = refreshing(&mut dataverse, INSTANCE);
    secrets.put("access_token", &dataverse.issue_token());
    dataverse.expire_tokens();
    let (connector, simulator) = in_process(dataverse);
    assert_eq!(succeeding(&connector, &secrets, 32).await, 32);
    assert_eq!(token_requests(&simulator.dataverse()), 1);
}

#[tokio::test]
async fn when_the_store_keeps_nothing() {
    let mut dataverse = organization(Duration::ZERO);
    dataverse.world.settings.refresh_tokens_are_single_use = false;
    let secrets = refreshing(&mut dataverse, INSTANCE);
    secrets.keep_nothing(true);
    let (connector, _) = in_process(dataverse);
    assert_eq!(succeeding(&connector, &secrets, 32).await, 32);
    assert_eq!(succeeding(&connector, &secrets, 32).await, 32);
}

#[tokio::test(start_paused = true)]
async fn by_a_refresh_token_that_was_revoked() {
    let mut dataverse = organization(Duration::from_millis(100));
    let secrets = refreshing(&mut dataverse, INSTANCE);
    dataverse.revoke_refresh_token(&secrets.get("refresh_token").unwrap());
    let (connector, simulator) = in_process(dataverse);
    assert_eq!(succeeding(&connector, &secrets, 100).await, 0);
    let requests = token_requests(&simulator.dataverse());
    assert!(requests <= 2, "{requests} requests");
    // The next user of the store gets its own refusal.
    assert_eq!(succeeding(&connector, &secrets, 1).await, 0);
    assert_eq!(token_requests(&simulator.dataverse()), requests + 1);
}

#[tokio::test(start_paused = true)]
async fn that_outlives_the_call_that_sent_it() {
    let mut dataverse = organization(Duration::from_secs(5));
    let secrets = refreshing(&mut dataverse, INSTANCE);
    let (connector, simulator) = in_process(dataverse);
    let dropped = connector.invoke(&secrets, "list_accounts", "{}");
    assert!(tokio::time::timeout(Duration::from_secs(1), dropped).await.is_err());
    assert_eq!(token_requests(&simulator.dataverse()), 1);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(succeeding(&connector, &secrets, 3).await, 3);
    assert_eq!(token_requests(&simulator.dataverse()), 1);
}

#[tokio::test(start_paused = true)]
async fn and_each_new_token_reaches_its_keeper_once() {
    let mut dataverse = organization(Duration::from_millis(100));
    let secrets = refreshing(&mut dataverse, INSTANCE);
    let (told, kept) = std::sync::mpsc::channel();
    secrets.keep_with(move |name, _| told.send(name.to_owned()).unwrap());
    let (connector, _) = in_process(dataverse);
    assert_eq!(succeeding(&connector, &secrets, 32).await, 32);
    let mut kept: Vec<String> = kept.try_iter().collect();
    kept.sort();
    assert_eq!(kept, ["access_token", "access_token_expires_at", "refresh_token"]);
}
