//! A running `inspect`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::support::cli::command;

/// A running `inspect`, which ends with the test.
pub(super) struct Inspecting {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    /// The printed address, with its key.
    pub(super) url: String,
}

impl Inspecting {
    pub(super) fn start() -> Self {
        Inspecting::of(&mut command(&["inspect", "--simulator", "--no-browser"]))
    }

    /// The page for the organization in the environment.
    pub(super) fn of_organization(url: &str, token: &str) -> Self {
        let mut command = command(&["inspect", "--no-browser"]);
        command.env("DYNAMICS365_INSTANCE_URL", url).env("DYNAMICS365_ACCESS_TOKEN", token);
        Inspecting::of(&mut command)
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let url = loop {
            let mut line = String::new();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "it ended without an address");
            if line.starts_with("http://") {
                break line.trim().to_owned();
            }
        };
        Inspecting { child, _stdout: stdout, url }
    }

    /// `http://127.0.0.1:PORT`
    pub(super) fn origin(&self) -> &str {
        self.url.split("/#").next().unwrap()
    }

    pub(super) fn key(&self) -> &str {
        self.url.split("/#").nth(1).unwrap()
    }

    /// The status and body of a GET.
    pub(super) fn ask(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let host = self.origin().trim_start_matches("http://");
        self.ask_as(host, path, headers)
    }

    /// The same, with another host name of this machine.
    pub(super) fn ask_as(&self, host: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let authority = self.origin().trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority).unwrap();
        let more: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

impl Drop for Inspecting {
    fn drop(&mut self) {
        // It may have already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
