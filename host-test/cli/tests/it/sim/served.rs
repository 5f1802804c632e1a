//! A running `sim`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};

use crate::support::cli::command;

/// A running `sim`, which ends with the test.
pub(crate) struct Simulator {
    child: Child,
    /// Kept open, because a program that writes to a closed pipe ends.
    _stdout: BufReader<ChildStdout>,
    /// The printed settings, by the first words of the line.
    lines: Vec<String>,
}

impl Simulator {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = command(&[&["sim"], arguments].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line: &String| !line.contains(" login --instance-url")) {
            let mut line = String::new();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "it ended: {lines:?}");
            lines.push(line.trim_end().to_owned());
        }
        Simulator { child, _stdout: stdout, lines }
    }

    /// The rest of the line with this start.
    pub(crate) fn value(&self, name: &str) -> &str {
        let line = self.lines.iter().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no `{name}`: {:?}", self.lines)).trim()
    }

    /// Its origin: `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        let port = self.value("page and control").rsplit(':').next().unwrap();
        format!("http://127.0.0.1:{}", port.trim_end_matches('/'))
    }

    /// The status and body of a GET.
    pub(crate) fn get(&self, target: &str) -> (u16, String) {
        self.send("GET", target, "")
    }

    /// The status and body of a request with its token.
    pub(crate) fn send(&self, method: &str, target: &str, body: &str) -> (u16, String) {
        let url = self.url();
        let authority = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority).unwrap();
        write!(
            stream,
            "{method} {target} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.value("token"),
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Stops it and returns its stderr.
    pub(crate) fn end(mut self) -> String {
        let mut stderr = self.child.stderr.take().unwrap();
        self.child.kill().unwrap();
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
