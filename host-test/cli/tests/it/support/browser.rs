//! A minimal browser, and the `login` that waits for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

/// The complete response to a GET, head and body.
pub(crate) fn get(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(authority).unwrap();
    let path = if path.is_empty() { "/" } else { path };
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A `login` that has printed its URL and waits.
pub(crate) struct Asking {
    child: Child,
    stderr: BufReader<ChildStderr>,
    shown: String,
    /// The printed URL.
    url: String,
}

impl Asking {
    pub(crate) fn start(mut command: Command) -> Asking {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut shown = String::new();
        let url = loop {
            let start = shown.len();
            assert!(stderr.read_line(&mut shown).unwrap() > 0, "no URL is shown: {shown}");
            if let Some(line) = shown.get(start..).filter(|line| line.starts_with("http")) {
                break line.trim().to_owned();
            }
        };
        Asking { child, stderr, shown, url }
    }

    /// Opens the URL, where the service redirects immediately, and returns the redirect's target.
    pub(crate) fn sign_in(&self) -> String {
        back(&self.url)
    }

    /// The same, where the service is reached at this URL instead of by its name.
    pub(crate) fn sign_in_at(&self, server: &str) -> String {
        let (_, rest) = self.url.split_once("://").unwrap();
        let (_, path) = rest.split_once('/').unwrap();
        back(&format!("{server}/{path}"))
    }

    /// The URL where `login` waits for the browser.
    pub(crate) fn redirect(&self) -> String {
        let (_, query) = self.url.split_once('?').unwrap();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned()
    }

    /// Its result.
    pub(crate) fn end(mut self) -> Output {
        self.stderr.read_to_string(&mut self.shown).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Output { stderr: self.shown.into_bytes(), ..output }
    }
}

/// Where the service sends the browser back to.
fn back(url: &str) -> String {
    let answer = get(url);
    let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
    location.unwrap_or_else(|| panic!("no redirect: {answer}")).to_owned()
}
