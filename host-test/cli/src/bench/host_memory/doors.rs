//! The interfaces that hold a response: the command line, and the tools in each result format.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::bodies::Body;
use super::{MeasureError, process};
use crate::bench::program;

#[derive(Clone, Copy)]
pub(super) enum Door {
    /// `call` with unchanged output.
    Call,
    /// `mcp` with these flags.
    Tools(&'static [&'static str]),
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Door::Call => f.write_str("call"),
            Door::Tools(flags) => write!(f, "{}", [&["mcp"], *flags].concat().join(" ")),
        }
    }
}

impl Door {
    pub(super) const TOOLS: [Door; 4] = [
        Door::Tools(&[]),
        Door::Tools(&["--full"]),
        Door::Tools(&["--structured"]),
        Door::Tools(&["--full", "--structured"]),
    ];

    /// The peak memory of the process during a call, in bytes; `is` gets its process id.
    pub(super) fn peak(
        self,
        program: &Path,
        url: &str,
        body: &Body,
        is: impl FnOnce(u32),
    ) -> Result<usize, MeasureError> {
        match self {
            Door::Call => call(program, url, body, is),
            Door::Tools(flags) => tools(program, url, flags, body, is),
        }
    }
}

/// The polling interval for a process that ends by itself. Its memory peaks while it writes its
/// output.
const OFTEN: Duration = Duration::from_millis(1);

fn call(
    program: &Path,
    url: &str,
    body: &Body,
    is: impl FnOnce(u32),
) -> Result<usize, MeasureError> {
    let mut process = program::at(program, url)
        .args(["call", body.action, &body.input, "--json"])
        .stdout(Stdio::piped())
        .spawn()?;
    let id = process.id();
    is(id);
    let stdout = process.stdout.take();
    let reader = thread::spawn(move || {
        stdout.map(|mut stdout| std::io::copy(&mut stdout, &mut std::io::sink()))
    });
    let mut peak = 0;
    // It is available until the process is gone.
    while let Ok(most) = process::peak(id) {
        peak = peak.max(most);
        thread::sleep(OFTEN);
    }
    process.wait()?;
    let _ = reader.join();
    Ok(peak)
}

fn tools(
    program: &Path,
    url: &str,
    flags: &[&str],
    body: &Body,
    is: impl FnOnce(u32),
) -> Result<usize, MeasureError> {
    let mut process = program::at(program, url)
        .arg("mcp")
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let id = process.id();
    is(id);
    let peak = speak(&mut process, body).and_then(|()| process::peak(id));
    process.kill()?;
    process.wait()?;
    peak
}

/// Makes the call and waits for its complete result.
fn speak(process: &mut Child, body: &Body) -> Result<(), MeasureError> {
    let (Some(stdin), Some(stdout)) = (&mut process.stdin, &mut process.stdout) else {
        return Err(MeasureError::Wrong("`mcp` has no stdin and stdout".to_owned()));
    };
    let mut stdout = BufReader::with_capacity(64 << 10, stdout);
    let arguments: Value = serde_json::from_str(&body.input)
        .map_err(|error| MeasureError::Wrong(error.to_string()))?;
    let about = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "0"}});
    let call = json!({"name": body.action, "arguments": arguments});
    writeln!(
        stdin,
        "{}",
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about})
    )?;
    pass_line(&mut stdout)?;
    writeln!(stdin, "{}", json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))?;
    writeln!(
        stdin,
        "{}",
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call})
    )?;
    pass_line(&mut stdout)
}

/// Reads and discards a line of any length.
fn pass_line(reader: &mut impl BufRead) -> Result<(), MeasureError> {
    loop {
        let read = reader.fill_buf()?;
        let (end, taken) = match read.iter().position(|&byte| byte == b'\n') {
            Some(end) => (true, end + 1),
            None => (false, read.len()),
        };
        if taken == 0 {
            return Err(MeasureError::Wrong("`mcp` ended before it answered".to_owned()));
        }
        reader.consume(taken);
        if end {
            return Ok(());
        }
    }
}
