//! The organization behind a loopback socket: HTTP/1.1 with keep-alive, in its own thread and
//! runtime.

mod body;
mod connection;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::control::Control;
use crate::dataverse::Dataverse;
use crate::journal::Entry;

/// How long open connections may last after the server stops.
const GRACE: Duration = Duration::from_millis(500);

/// A running server. It stops when it is dropped.
///
/// It needs no outer runtime, so tests without tokio can use it.
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A callback for each answered request.
type Log = Box<dyn Fn(&Entry) + Send + Sync>;

/// The options of a server. The default is a free port on the loopback address, without the control
/// interface.
pub struct Serving {
    /// The address to listen on; port 0 is any free port.
    pub address: SocketAddr,
    /// Whether to serve the web page at `/` and the control interface at `/_sim` too. Anyone who
    /// can reach the port then controls the organization.
    pub controlled: bool,
    /// Called for each request to the organization once it is answered. It must not block.
    pub log: Option<Log>,
}

impl Default for Serving {
    fn default() -> Self {
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        Serving { address, controlled: false, log: None }
    }
}

/// The state shared by all connections.
struct Shared {
    dataverse: Mutex<Dataverse>,
    /// The control interface, if enabled.
    control: Option<Mutex<Control>>,
    log: Option<Log>,
    connections: AtomicUsize,
    in_flight: AtomicUsize,
}

impl Shared {
    fn new(dataverse: Dataverse) -> Self {
        Shared {
            dataverse: Mutex::new(dataverse),
            control: None,
            log: None,
            connections: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
        }
    }

    /// The control interface's answer to a request addressed to it.
    fn control(
        &self,
        request: &http::Request<bytes::Bytes>,
    ) -> Option<http::Response<bytes::Bytes>> {
        let control = self.control.as_ref().filter(|_| Control::is_for(request.uri().path()))?;
        let mut control = control.lock().unwrap_or_else(PoisonError::into_inner);
        Some(control.answer(&mut self.lock(), request))
    }

    /// Ignores poisoning: the world is still usable after a test panics.
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
    /// Fails if the port is in use or no thread can be started.
    pub fn start(dataverse: Dataverse, port: u16) -> io::Result<Self> {
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Server::serve(dataverse, Serving { address, ..Serving::default() })
    }

    /// Serves the organization with these options. Any address other than loopback admits other
    /// machines.
    ///
    /// # Errors
    ///
    /// Fails if the server cannot listen on the address or no thread can be started.
    pub fn serve(dataverse: Dataverse, serving: Serving) -> io::Result<Self> {
        let listener = TcpListener::bind(serving.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("dataverse-sim")
            .enable_all()
            .build()?;
        let control = serving.controlled.then(|| Mutex::new(Control::of(&dataverse)));
        let shared = Shared { control, log: serving.log, ..Shared::new(dataverse) };
        let shared = Arc::new(shared);
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

    /// Answers a request to the control interface as if it came through the socket. Without one
    /// ([`Serving::controlled`]), 404.
    pub fn control(&self, request: &http::Request<bytes::Bytes>) -> http::Response<bytes::Bytes> {
        self.shared.control(request).unwrap_or_else(|| {
            let mut response = http::Response::new(bytes::Bytes::new());
            *response.status_mut() = http::StatusCode::NOT_FOUND;
            response
        })
    }

    /// The number of TCP connections accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Stops accepting connections and lets open ones finish briefly.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only if the thread has already ended.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
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
                    // No file handles are left, or the connection closed before it was accepted:
                    // try the next.
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
