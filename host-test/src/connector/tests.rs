use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dataverse_sim::{Dataverse, Seed, World};
use tokio::task::JoinSet;

use super::*;
use crate::engine::MAX_CONCURRENT_CALLS;
use crate::http::InProcess;

/// The most requests that were under way at once.
#[derive(Default)]
struct AtOnce {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl AtOnce {
    fn see(&self, seen: &Seen) {
        match seen {
            Seen::Sent { .. } => {
                let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
                self.most.fetch_max(now, Ordering::SeqCst);
            }
            _ => {
                self.now.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }
}

/// A connector with this organization in the process, and a token for it.
fn connected(world: World, engine: EngineSettings) -> (Connector, Secrets) {
    let mut dataverse = Dataverse::new(world);
    let secrets = Secrets::new()
        .with("instance_url", "org12345.crm.dynamics.com")
        .with("access_token", &dataverse.issue_token());
    let backend = Backend::InProcess(InProcess::new(dataverse));
    let connector = Connector::new(Settings { backend, engine, ..Settings::default() });
    (connector.unwrap(), secrets)
}

#[tokio::test(start_paused = true)]
async fn calls_for_which_there_is_no_place_wait_and_are_answered() {
    let places = MAX_CONCURRENT_CALLS as usize;
    for pool in [true, false] {
        let mut world = World::default();
        world.settings.enforce_limits = false;
        world.settings.latency = Duration::from_secs(1);
        let engine = EngineSettings { pool, ..EngineSettings::default() };
        let (connector, secrets) = connected(world, engine);
        let connector = Arc::new(connector);
        let at_once = Arc::new(AtOnce::default());
        let mut calls = JoinSet::new();
        for _ in 0..2 * places {
            let (connector, secrets) = (Arc::clone(&connector), secrets.clone());
            let at_once = Arc::clone(&at_once);
            calls.spawn(async move {
                let input = format!(r#"{{"account_id":"{}"}}"#, Seed::account(0));
                let watch = move |seen: Seen| at_once.see(&seen);
                connector.invoke_watched(&secrets, "get_account", &input, watch).await
            });
        }
        while let Some(call) = calls.join_next().await {
            let answer = call.unwrap().unwrap();
            assert!(answer.starts_with(r#"{"success":true"#), "{answer}");
        }
        assert_eq!(at_once.most.load(Ordering::SeqCst), places, "with a pool: {pool}");
    }
}

#[tokio::test]
async fn answers_alike_however_it_is_compiled() {
    let mut answers = Vec::new();
    for engine in [EngineSettings::default(), EngineSettings::of_few_calls()] {
        let (connector, secrets) = connected(World::default(), engine);
        answers.push(connector.invoke(&secrets, "list_accounts", "{}").await.unwrap());
    }
    assert!(answers[0].starts_with(r#"{"success":true"#), "{}", answers[0]);
    assert_eq!(answers[0], answers[1]);
}
