//! Runs `hosts/http/README.md` as printed: the simulator, `wasmtime serve` and `curl`.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::installed;

const PAGE: &str = include_str!("../../../../../hosts/http/README.md");

const SIM_PORT: &str = "8081";
const SERVE_PORT: &str = "8080";

/// `cargo run -- …` without another build.
const COMMANDS: &str = r#"set -eu
cargo() { shift 2; "$SALES" "$@"; }"#;

#[test]
fn does_what_it_prints() {
    let Some(wasmtime) = installed::wasmtime() else { return };
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gateway-page");
    std::fs::create_dir_all(&directory).unwrap();
    let page = Page { wasmtime, directory };
    let commands = blocks("sh");
    let [sim, compose, serve, success, failure] = &commands[..] else {
        panic!("{} blocks of commands", commands.len());
    };
    // Each server takes any free port and prints it.
    let sim = sim.replace(SIM_PORT, "0");
    let (_sim, sim_port) = page.start(&sim, "Dataverse is simulated at");
    page.run(compose);
    let serve = serve.replace(SERVE_PORT, "0").replace(SIM_PORT, &sim_port);
    let (_serve, serve_port) = page.start(&serve, "Serving HTTP on");
    let [found, refused] = &blocks("json")[..] else { panic!("other than two answers") };
    for (command, printed) in [(success, found), (failure, refused)] {
        let command = command.replace(SERVE_PORT, &serve_port);
        let answer: Value = serde_json::from_str(&page.run(&command)).unwrap();
        let printed: Value = serde_json::from_str(printed).unwrap();
        assert_eq!(answer, printed, "{answer:#}");
    }
}

/// The page's code blocks in this language.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let opened = PAGE.split(&fence).skip(1);
    opened.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The context of the page's commands: a working directory, and the directory of `wasmtime`.
struct Page {
    wasmtime: PathBuf,
    directory: PathBuf,
}

impl Page {
    fn command(&self, block: &str) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut paths = vec![self.wasmtime.clone()];
        paths.extend(std::env::split_paths(&path));
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{COMMANDS}\n{block}")).current_dir(&self.directory);
        command.env("PATH", std::env::join_paths(paths).unwrap());
        command.env("SALES", env!("CARGO_BIN_EXE_dynamics365-sales"));
        command.stdin(Stdio::null());
        command
    }

    /// Runs commands to completion and returns their output.
    fn run(&self, block: &str) -> String {
        let output = self.command(block).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{block}{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts long-running commands and waits until they print that they are ready, and their port.
    fn start(&self, block: &str, ready: &str) -> (Running, String) {
        let mut command = self.command(&format!("exec 2>&1\n{block}"));
        let mut child = command.stdout(Stdio::piped()).process_group(0).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let running = Running(child);
        let mut all = String::new();
        let url = loop {
            assert_ne!(said.read_line(&mut all).unwrap(), 0, "{block}ended: {all}");
            if let Some((_, url)) = all.split_once(ready) {
                break url.trim().to_owned();
            }
        };
        let port = url.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
        // A full pipe that nobody reads would block it.
        std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
        (running, port)
    }
}

/// Stopped with all its children when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["--", &group]).status();
        let _ = self.0.wait();
    }
}
