//! The command line's simulator, as a separate process during a test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Stops the simulator when the test ends, in any case.
pub(crate) struct Simulator {
    process: Child,
    /// The port it listens on.
    pub(crate) port: String,
}

impl Simulator {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_dynamics365-sales"))
            .args(["sim", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split("http://127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next());
        let port = port.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        Simulator { process, port }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
