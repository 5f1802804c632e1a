//! Runs a page of `hosts/` in one shell, from its first block to its last.
//!
//! Two things are replaced: the simulator uses a free port, and `cargo run --` is the existing
//! binary. A block ` ```text ` is the output of the block before it, where `…` matches anything. `
//! ```sh install ` is left to `.ci/install-hosts`. ` ```sh terminal ` is a program in its own
//! terminal: it keeps running, and the page continues once all ports that it names are open.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::simulator::Simulator;
use crate::support::process::free_port;

const PORT: &str = "8321";
const SIMULATOR: &str = "cargo run -- sim --port 8321\n";
const MARK: &str = "=== the next block ===";

pub(crate) struct Page {
    pub(crate) text: &'static str,
    node_modules: Option<PathBuf>,
    /// The ports, other than the simulator's, in the page and the files next to it.
    ports: &'static [&'static str],
}

/// Commands and their output.
struct Step {
    commands: String,
    output: Option<String>,
    in_a_terminal: bool,
}

/// The replacement for each port on the page.
struct Ports(Vec<(&'static str, String)>);

impl Ports {
    fn put_into(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (named, free)| text.replace(named, free))
    }

    /// The replacements for the ports in this text.
    fn named_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(|(named, _)| text.contains(named)).map(|(_, free)| free.as_str())
    }
}

impl Page {
    pub(crate) fn new(text: &'static str) -> Self {
        Page { text, node_modules: None, ports: &[] }
    }

    /// With free ports in place of these.
    pub(crate) fn with_ports(self, ports: &'static [&'static str]) -> Self {
        Page { ports, ..self }
    }

    /// With these modules installed in `hosts/node`.
    pub(crate) fn with_node_modules(self, directory: PathBuf) -> Self {
        Page { node_modules: Some(directory), ..self }
    }

    /// Runs it, with these directories first in the `PATH`.
    #[allow(clippy::disallowed_methods, reason = "the programs that a page calls are on the path")]
    pub(crate) fn run(&self, programs: &[PathBuf]) {
        let steps = self.steps();
        let simulator = Simulator::start();
        let free = self.ports.iter().map(|named| (*named, free_port().to_string()));
        let ports = Ports(free.chain([(PORT, simulator.port.clone())]).collect());
        let directory = tempfile::tempdir().unwrap();
        fill(directory.path(), self.node_modules.as_deref(), &ports);
        let mut path = vec![directory.path().join("bin")];
        path.extend_from_slice(programs);
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let script: String = steps.iter().map(|step| script(step, &ports)).collect();
        let child = Command::new("sh")
            .args(["-euc", &script])
            .current_dir(&directory)
            .env("PATH", std::env::join_paths(path).unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let _group = Group(child.id());
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let terminals =
            || fs::read_to_string(directory.path().join("terminals.log")).unwrap_or_default();
        assert!(output.status.success(), "{stdout}\n{stderr}\n{}", terminals());
        let printed: Vec<_> = stdout.split(&format!("{MARK}\n")).collect();
        for (step, printed) in steps.iter().zip(printed) {
            let expected = ports.put_into(step.output.as_deref().unwrap_or_default());
            let commands = &step.commands;
            assert!(
                fits(&expected, printed),
                "{commands}\nprinted\n{printed}\n{stderr}\n{}",
                terminals()
            );
        }
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for block in self.text.split("\n```").skip(1).step_by(2) {
            let (kind, text) = block.split_once('\n').unwrap();
            let text = format!("{text}\n");
            match kind {
                "sh" => steps.push(Step { commands: text, output: None, in_a_terminal: false }),
                "sh terminal" => {
                    steps.push(Step { commands: text, output: None, in_a_terminal: true });
                }
                "text" => steps.last_mut().unwrap().output = Some(text),
                "sh sim" => assert_eq!(text, SIMULATOR),
                "sh install" => {}
                other => panic!("a block of another kind: {other}"),
            }
        }
        assert!(steps.iter().any(|step| step.output.is_some()), "nothing is compared");
        steps
    }
}

/// A step in the shell of the whole page.
fn script(step: &Step, ports: &Ports) -> String {
    let commands = ports.put_into(&step.commands);
    if !step.in_a_terminal {
        return format!("{commands}\necho '{MARK}'\n");
    }
    let listening: String = ports
        .named_in(&step.commands)
        .map(|port| {
            format!(
                "bash -c 'for _ in $(seq 4800); do : 2>/dev/null </dev/tcp/127.0.0.1/{port} && exit; sleep 0.05; done; \
                 echo nobody listens on {port} >&2; exit 1'\n"
            )
        })
        .collect();
    format!("(\n{commands}\n) >>terminals.log 2>&1 &\n{listening}\necho '{MARK}'\n")
}

/// A process group that ends with the test.
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0);
        let _ = Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status();
    }
}

/// Whether the output matches, where `…` matches anything.
fn fits(expected: &str, printed: &str) -> bool {
    let mut pieces = expected.split('…');
    let Some(mut rest) = printed.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = "";
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
        last = piece;
    }
    rest.is_empty() || (expected.contains('…') && (last == "\n" || rest.ends_with(last)))
}

/// Makes a directory look like this repository, as far as the pages need it.
fn fill(directory: &Path, node_modules: Option<&Path>, ports: &Ports) {
    let bin = directory.join("bin");
    fs::create_dir(&bin).unwrap();
    let binary = env!("CARGO_BIN_EXE_dynamics365-sales");
    let script = format!(
        "#!/bin/sh\n[ \"$1 $2\" = 'run --' ] || exit 64\nshift 2\nexec '{binary}' \"$@\"\n"
    );
    fs::write(bin.join("cargo"), script).unwrap();
    fs::set_permissions(bin.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let hosts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hosts");
    copy(&hosts, &directory.join("hosts"), ports);
    if let Some(modules) = node_modules {
        symlink(modules, directory.join("hosts/node/node_modules")).unwrap();
    }
}

/// Copies the text files of a directory tree, with free ports in them.
fn copy(from: &Path, to: &Path, ports: &Ports) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() && entry.file_name() != "node_modules" {
            copy(&from, &to, ports);
        } else if let Ok(text) = fs::read_to_string(&from) {
            fs::write(to, ports.put_into(&text)).unwrap();
        }
    }
}
