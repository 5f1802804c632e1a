//! A running `mcp --http` on a free port.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::thread::{self, JoinHandle};

use crate::support::cli::command;

/// The key that its clients need.
pub(crate) const KEY: &str = "a-key-of-the-test";

/// It is stopped when dropped.
pub(crate) struct Served {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    stderr: Option<JoinHandle<String>>,
}

impl Served {
    /// On the simulator.
    pub(crate) fn start() -> Served {
        Served::start_with(&["--simulator"], &[])
    }

    /// With these arguments and secrets.
    pub(crate) fn start_with(arguments: &[&str], secrets: &[(&str, &str)]) -> Served {
        let mut command = command(&["mcp", "--http", "127.0.0.1:0"]);
        command.args(arguments).env("DYNAMICS365_MCP_KEY", KEY);
        for (name, value) in secrets {
            command.env(format!("DYNAMICS365_{}", name.to_uppercase()), value);
        }
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let is_address = |line: &String| line.starts_with("MCP is served on http://");
        let line = lines.find(is_address).expect("it says where it is");
        let (_, rest) = line.split_once("http://").unwrap();
        let (address, _) = rest.split_once("/mcp").unwrap();
        let stderr = thread::spawn(move || lines.collect::<Vec<_>>().join("\n"));
        Served { address: address.to_owned(), child, stderr: Some(stderr) }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Stops it and returns its stderr since the start.
    pub(crate) fn end(mut self) -> String {
        let _ = self.child.kill();
        self.stderr.take().unwrap().join().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
