//! The organization behind a loopback socket: HTTP/1.1 with keep-alive, in its own thread and
//! runtime.

mod body;
mod connection;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::dataverse::Dataverse;

/// How long open connections may last after the server is stopped.
const GRACE: Duration = Duration::from_millis(500);

/// A running server. It stops when it is dropped.
///
/// Works without an outer runtime, so that tests which know nothing of tokio can use it.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    dataverse: Mutex<Dataverse>,
    connections: AtomicUsize,
    in_flight: AtomicUsize,
}

impl Shared {
    fn new(dataverse: Dataverse) -> Self {
        Shared {
            dataverse: Mutex::new(dataverse),
            connections: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
        }
    }

    /// Ignores poison: the world that a panicking test leaves is still a world.
    fn lock(&self) -> MutexGuard<'_, Dataverse> {
        self.dataverse.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Listens on `127.0.0.1` at this port; 0 means any free port, which [`Server::address`]
    /// returns.
    ///
    /// # Errors
    ///
    /// If the port is in use, or no thread can be started.
    pub fn start(dataverse: Dataverse, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("dataverse-sim")
            .enable_all()
            .build()?;
        let shared = Arc::new(Shared::new(dataverse));
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("dataverse-sim".to_owned())
            .spawn(move || serve(&runtime, listener, &served, stopped))?;
        Ok(Server { shared, address, stop: Some(stop), thread: Some(thread) })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the organization: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The organization. Requests wait while this is held.
    pub fn dataverse(&self) -> MutexGuard<'_, Dataverse> {
        self.shared.lock()
    }

    /// The number of TCP connections accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Stops accepting connections, and gives open ones a moment to finish.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only if the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn serve(
    runtime: &Runtime,
    listener: TcpListener,
    shared: &Arc<Shared>,
    mut stopped: oneshot::Receiver<()>,
) {
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        let graceful = GracefulShutdown::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        shared.connections.fetch_add(1, Ordering::Relaxed);
                        connection::spawn(Arc::clone(shared), stream, &graceful);
                    }
                    // Out of file handles, or the connection was gone before it was accepted: try
                    // the next.
                    Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                },
                _ = &mut stopped => break,
            }
        }
        drop(listener);
        let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    });
}

#[cfg(test)]
mod paused_tests;
#[cfg(test)]
mod tests;
