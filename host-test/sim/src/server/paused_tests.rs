//! Tests of time-dependent behaviour. The clock is paused and advances only when every task waits,
//! so nothing races.

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, timeout};

use super::*;
use crate::fault::{Fault, When};
use crate::{Seed, World};

const LATENCY: Duration = Duration::from_secs(10);

/// An organization behind streams in memory.
struct Organization {
    shared: Arc<Shared>,
    token: String,
}

impl Organization {
    fn new() -> Self {
        let mut dataverse = Dataverse::new(World::new(&Seed::default()));
        let token = dataverse.issue_token();
        Organization { shared: Arc::new(Shared::new(dataverse)), token }
    }

    /// A connection that has sent `WhoAmI`.
    async fn ask(&self) -> DuplexStream {
        let (mut client, server) = tokio::io::duplex(64 * 1024);
        let served = connection::serve(Arc::clone(&self.shared), server, || Ok(()));
        tokio::spawn(async move {
            let _ = served.await;
        });
        let request = format!(
            "GET /api/data/v9.2/WhoAmI HTTP/1.1\r\nhost: sim.test\r\nauthorization: Bearer {}\r\n\r\n",
            self.token
        );
        client.write_all(request.as_bytes()).await.unwrap();
        client
    }

    /// Waits until this many requests are in flight.
    async fn working_on(&self, requests: usize) {
        while self.shared.in_flight.load(Ordering::Relaxed) < requests {
            tokio::task::yield_now().await;
        }
    }
}

/// Everything received until no more arrives, and whether the connection has ended.
async fn read(stream: &mut DuplexStream) -> (String, bool) {
    let mut all = Vec::new();
    let ended = timeout(Duration::from_secs(86_400), stream.read_to_end(&mut all)).await.is_ok();
    (String::from_utf8(all).unwrap(), ended)
}

#[tokio::test(start_paused = true)]
async fn a_stall_keeps_the_connection_open() {
    for (fault, tail) in [
        (Fault::StalledBeforeFirstByte(When::AfterCommit), ""),
        (Fault::StalledInBody { after: 4 }, "\r\n\r\n{\"@o"),
    ] {
        let organization = Organization::new();
        organization.shared.lock().next(fault.clone());
        let (text, ended) = read(&mut organization.ask().await).await;
        assert!(!ended, "{fault:?}");
        assert!(text.ends_with(tail) && text.is_empty() == tail.is_empty(), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_ends_the_connection() {
    let organization = Organization::new();
    organization.shared.lock().next(Fault::CutBody { after: 4 });
    let (text, ended) = read(&mut organization.ask().await).await;
    assert!(ended && text.ends_with("\r\n\r\n{\"@o"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn latency_overlaps() {
    let organization = Organization::new();
    organization.shared.lock().world.settings.latency = LATENCY;
    let start = Instant::now();
    let mut streams = Vec::new();
    for _ in 0..10 {
        streams.push(organization.ask().await);
    }
    for stream in &mut streams {
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
    }
    // The clock advances by whole milliseconds.
    assert_eq!(start.elapsed().as_secs(), LATENCY.as_secs());
}

#[tokio::test(start_paused = true)]
async fn too_many_concurrent_requests_are_throttled() {
    let organization = Organization::new();
    {
        let mut dataverse = organization.shared.lock();
        dataverse.world.settings.latency = LATENCY;
        dataverse.world.settings.concurrency_limit = 2;
    }
    let mut streams = Vec::new();
    for n in 1..=3 {
        streams.push(organization.ask().await);
        organization.working_on(n).await;
    }
    let mut heads = Vec::new();
    for stream in &mut streams {
        heads.push(read(stream).await.0);
    }
    assert!(heads[0].starts_with("HTTP/1.1 200") && heads[1].starts_with("HTTP/1.1 200"));
    assert!(heads[2].starts_with("HTTP/1.1 429"), "{}", heads[2]);
    assert!(heads[2].contains("retry-after: 1\r\n"));
}
