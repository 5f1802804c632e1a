//! A listener on loopback, in a separate thread with its own runtime.

use std::convert::Infallible;
use std::net::{self, Ipv4Addr, SocketAddr};
use std::{io, thread};

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A running listener; it and its connections end when this is dropped.
pub(super) struct Listening {
    address: SocketAddr,
    _running: oneshot::Sender<Infallible>,
}

impl Listening {
    /// Accepts connections with this function, which need not end. It may be called inside another
    /// runtime.
    pub(super) fn start<F>(
        accept: impl FnOnce(TcpListener) -> F + Send + 'static,
    ) -> io::Result<Self>
    where
        F: Future<Output = ()>,
    {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (running, ended) = oneshot::channel();
        thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = accept(listener) => {}
                    _ = ended => {}
                }
            });
        });
        Ok(Listening { address, _running: running })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
