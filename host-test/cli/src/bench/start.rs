//! The time until the command line's first request.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::compare::median;
use super::{Bar, Effort, MeasureError, Row, Value};

/// The time limit of a process.
const PATIENCE: Duration = Duration::from_secs(60);

/// The command line, and a socket for its first request.
pub struct Start {
    program: PathBuf,
    listener: TcpListener,
    cache: TempDir,
}

impl Start {
    /// For this program; compiled components are cached in a new directory until this is dropped.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if a socket or directory cannot be created.
    pub fn new(program: &Path) -> Result<Self, MeasureError> {
        let cache = tempfile::tempdir()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Start { program: program.to_owned(), listener, cache })
    }

    /// From the start of the process to the first byte; from the second run on, the compiled
    /// component is cached on disk.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] without a request.
    pub fn cached(&self) -> Result<Duration, MeasureError> {
        self.first_byte(self.cache.path().as_os_str())
    }

    /// The same, with the component compiled by the process.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] without a request.
    pub fn compiled(&self) -> Result<Duration, MeasureError> {
        self.first_byte(OsStr::new("off"))
    }

    fn first_byte(&self, cache: &OsStr) -> Result<Duration, MeasureError> {
        let started = Instant::now();
        let mut process = Command::new(&self.program)
            .args([
                "call",
                "get_account",
                r#"{"account_id": "a56b3f4b-1be7-e611-8101-e0071b6af231"}"#,
            ])
            .env("DYNAMICS365_INSTANCE_URL", format!("http://{}", self.listener.local_addr()?))
            .env("DYNAMICS365_ACCESS_TOKEN", "token")
            .env("DYNAMICS365_CACHE", cache)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let took = self.answer(started);
        // It has its response, or must not continue without one.
        if took.is_err() {
            process.kill()?;
        }
        process.wait()?;
        took
    }

    /// Waits for a request and refuses it.
    fn answer(&self, started: Instant) -> Result<Duration, MeasureError> {
        let mut stream = loop {
            match self.listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            if started.elapsed() > PATIENCE {
                return Err(MeasureError::Wrong("the command line sent no request".to_owned()));
            }
            std::thread::sleep(Duration::from_micros(200));
        };
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut bytes = [0; 8192];
        stream.read_exact(&mut bytes[..1])?;
        let took = started.elapsed();
        let _ = stream.read(&mut bytes)?;
        stream.write_all(
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        )?;
        Ok(took)
    }
}

pub(super) fn row(program: &Path, effort: Effort) -> Result<Row, MeasureError> {
    let start = Start::new(program)?;
    // Fills the cache.
    start.cached()?;
    let ratios = (0..effort.rounds(15))
        .map(|_| Ok(start.cached()?.as_secs_f64() / start.compiled()?.as_secs_f64()))
        .collect::<Result<Vec<f64>, MeasureError>>()?;
    Ok(Row {
        name: "start",
        measure: "from the start of `call` to its request's first byte, the compiled component cached on disk, against a fresh compilation"
            .to_owned(),
        value: Value::Ratio(median(ratios)),
        bar: Bar::None,
    })
}
