//! A minimal client: one JSON-RPC message per line, over the pipes of the built binary.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::cli::command;

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running `dynamics365-sales mcp`. It is stopped when dropped.
pub(crate) struct Pipe {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: Option<JoinHandle<String>>,
    /// Messages that arrived while waiting for others.
    heap: Vec<Value>,
    last_id: u64,
}

impl Pipe {
    /// Starts it with these secrets in its environment, without a handshake.
    pub(crate) fn start(secrets: &[(&str, &str)]) -> Pipe {
        Pipe::start_with(&[], secrets)
    }

    /// The same, with these arguments.
    pub(crate) fn start_with(arguments: &[&str], secrets: &[(&str, &str)]) -> Pipe {
        let mut command = command(&["mcp"]);
        command.args(arguments);
        if secrets.is_empty() {
            command.arg("--simulator");
        }
        for (name, value) in secrets {
            command.env(format!("DYNAMICS365_{}", name.to_uppercase()), value);
        }
        Pipe::to(command)
    }

    /// Starts this command, which serves.
    pub(crate) fn to(mut command: Command) -> Pipe {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (line, lines) = channel();
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|l| line.send(l)));
        let mut stderr = child.stderr.take().unwrap();
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Pipe { child, stdin, lines, stderr: Some(stderr), heap: Vec::new(), last_id: 0 }
    }

    /// The same, past the handshake.
    pub(crate) fn open(secrets: &[(&str, &str)]) -> Pipe {
        let mut pipe = Pipe::start(secrets);
        pipe.initialize();
        pipe
    }

    /// The same with these arguments, on the simulator.
    pub(crate) fn open_with(arguments: &[&str]) -> Pipe {
        let mut pipe = Pipe::start_with(arguments, &[]);
        pipe.initialize();
        pipe
    }

    /// Shakes hands and returns the server's description.
    pub(crate) fn initialize(&mut self) -> Value {
        let itself = json!({"name": "pipe", "version": "1"});
        let hello =
            json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": itself});
        let answer = self.ask("initialize", hello);
        self.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string());
        answer["result"].clone()
    }

    /// Sends a line.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Sends a line without its end.
    pub(crate) fn say_unfinished(&mut self, line: &str) {
        write!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Sends a request and returns its id.
    pub(crate) fn send(&mut self, method: &str, params: Value) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.say(&request.to_string());
        id
    }

    /// The answer to a request.
    pub(crate) fn answer(&mut self, id: u64) -> Value {
        if let Some(at) = self.heap.iter().position(|message| message["id"] == id) {
            return self.heap.remove(at);
        }
        loop {
            let message = self.next().expect("stdout ended before the answer came");
            if message["id"] == id {
                return message;
            }
            self.heap.push(message);
        }
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.answer(id)
    }

    /// Calls a tool and waits for its result.
    pub(crate) fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// Calls a tool and returns its result as written.
    pub(crate) fn written(&mut self, tool: &str, arguments: Value) -> String {
        #[derive(serde::Deserialize)]
        struct Answer<'a> {
            #[serde(borrow)]
            result: &'a serde_json::value::RawValue,
        }
        let id = self.send("tools/call", json!({"name": tool, "arguments": arguments}));
        let start = format!(r#"{{"jsonrpc":"2.0","id":{id},"#);
        loop {
            let line = self.line().expect("stdout ended before the answer came");
            if line.starts_with(&start) {
                let answer: Answer<'_> = serde_json::from_str(&line).unwrap();
                return answer.result.get().to_owned();
            }
        }
    }

    /// Calls a tool and returns the JSON in its text.
    pub(crate) fn told_by(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap()
    }

    /// Sends a line and waits for the next message, whatever its id.
    pub(crate) fn reply(&mut self, line: &str) -> Value {
        self.say(line);
        self.next().expect("stdout ended before the answer came")
    }

    /// The notifications with this method so far.
    pub(crate) fn told(&self, method: &str) -> Vec<Value> {
        let told = self.heap.iter().filter(|message| message["method"] == method);
        told.map(|message| message["params"].clone()).collect()
    }

    /// Closes stdin and waits for the end; returns the remaining messages, stderr, and the exit
    /// status.
    pub(crate) fn close(mut self) -> (Vec<Value>, String, Option<i32>) {
        self.stdin = None;
        while let Some(message) = self.next() {
            self.heap.push(message);
        }
        let status = self.child.wait().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        (std::mem::take(&mut self.heap), stderr, status.code())
    }

    /// The next message, or `None` if stdout ended. Every line on stdout is a message.
    fn next(&mut self) -> Option<Value> {
        let line = self.line()?;
        let message: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        Some(message)
    }

    /// The next line, or `None` if stdout ended.
    fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => None,
            Err(timeout) => panic!("the server says nothing: {timeout}"),
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
