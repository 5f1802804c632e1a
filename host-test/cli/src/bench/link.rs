//! A slow line between a client and a server on this machine: bytes are delayed by bandwidth and
//! latency.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::listening::Listening;

/// The speed of a line.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Bits per second, each way.
    pub(super) rate: u64,
    /// The round-trip time.
    pub(super) round_trip: Duration,
}

/// A line to an address; it ends when this is dropped. Each connection gets the full bandwidth.
pub(super) struct Link(Listening);

impl Link {
    pub(super) fn to(server: SocketAddr, line: Line) -> io::Result<Self> {
        Ok(Link(Listening::start(move |listener| accept(listener, server, line))?))
    }

    pub(super) fn url(&self) -> String {
        self.0.url()
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, line: Line) {
    loop {
        let Ok((near, _)) = listener.accept().await else { continue };
        tokio::spawn(async move {
            let far = TcpStream::connect(server).await?;
            near.set_nodelay(true)?;
            far.set_nodelay(true)?;
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            // A closed end closes its direction.
            let _ = tokio::join!(carry(near_in, far_out, line), carry(far_in, near_out, line));
            io::Result::Ok(())
        });
    }
}

/// The largest piece sent at once.
const PIECE: usize = 16 << 10;

/// The maximum number of pieces in flight: more than enough to fill the line.
const UNDER_WAY: usize = 64;

/// Carries bytes one way: each piece leaves after the previous ones and arrives half a round trip
/// later.
fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    line: Line,
) -> impl Future<Output = (io::Result<()>, io::Result<()>)> {
    let (sender, mut pieces) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
    let enter = async move {
        let mut free = Instant::now();
        loop {
            let mut piece = vec![0; PIECE];
            let length = from.read(&mut piece).await?;
            if length == 0 {
                return Ok(());
            }
            piece.truncate(length);
            free = free.max(Instant::now()) + line.takes(length);
            if sender.send((free + line.round_trip / 2, piece)).await.is_err() {
                return Ok(());
            }
        }
    };
    let leave = async move {
        while let Some((arrives, piece)) = pieces.recv().await {
            sleep_until(arrives).await;
            to.write_all(&piece).await?;
        }
        to.shutdown().await
    };
    async { tokio::join!(enter, leave) }
}

impl Line {
    /// The time for this many bytes to enter the line.
    fn takes(self, bytes: usize) -> Duration {
        let nanoseconds = bytes as u64 * 8 * 1_000_000_000 / self.rate;
        Duration::from_nanos(nanoseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_takes_its_time() {
        let line = Line { rate: 50_000_000, round_trip: Duration::from_millis(40) };
        assert_eq!(line.takes(6_250_000), Duration::from_secs(1));
    }

    #[tokio::test]
    async fn bytes_arrive_complete_and_not_early() -> io::Result<()> {
        let server = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let line = Line { rate: 80_000_000, round_trip: Duration::from_millis(20) };
        let link = Link::to(server.local_addr()?, line)?;
        let sent: Vec<u8> = (0..1_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
        let started = Instant::now();
        let mut near = TcpStream::connect(link.0.address()).await?;
        let (mut far, _) = server.accept().await?;
        let (told, come) = (sent.clone(), async {
            let mut come = Vec::new();
            far.read_to_end(&mut come).await.map(|_| come)
        });
        let tell = async {
            near.write_all(&told).await?;
            near.shutdown().await
        };
        let (told, come) = tokio::join!(tell, come);
        told?;
        assert_eq!(come?, sent);
        // A tenth of a second, plus the latency.
        assert!(started.elapsed() >= Duration::from_millis(110));
        Ok(())
    }
}
