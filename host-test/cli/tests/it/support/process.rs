//! Third-party programs that run during a test, with their child processes.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The time limit for something that is quick on an idle machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// A free loopback port. A program that finds it taken ends, and the test fails.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Waits for this, up to the limit.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what} did not come about in {PATIENCE:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A program in its own process group, which ends with the test in any case.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it; its output goes to a file of this name in the directory.
    pub(crate) fn start(mut command: Command, directory: &Path, name: &str) -> Self {
        let log = directory.join(format!("{name}.log"));
        let output = File::create(&log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        Process { child, log }
    }

    /// Its output so far.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it listens on this loopback port.
    pub(crate) fn listening_on(mut self, port: u16) -> Self {
        wait_for(&format!("port {port}: {}", self.log.display()), || {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("it ended with {status}: {}", self.printed());
            }
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
        });
        self
    }

    /// Kills it and its children at once, like a crash: `kill -9`.
    pub(crate) fn kill(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The status and body of the response to a request; `None` without a response. The response has a
/// length or ends with the connection.
pub(crate) fn ask(port: u16, head: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    let length = body.len();
    write!(stream, "{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").ok()?;
    let mut answer = Vec::new();
    // A partial response of a killed server does not count.
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}
