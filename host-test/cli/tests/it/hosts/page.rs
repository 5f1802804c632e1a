//! A page of `hosts/`, which is run in one shell, from its first block to its last.
//!
//! Two things are put in place of what is printed: the simulator takes a free port, and `cargo run --` is the binary
//! that is built already. A block ` ```text ` is what the block before it prints, where `…` stands for anything.
//! ` ```sh install ` is left to `.ci/install-hosts`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::simulator::Simulator;

const PORT: &str = "8321";
const SIMULATOR: &str = "cargo run -- sim --port 8321\n";
const MARK: &str = "=== the next block ===";

pub(crate) struct Page {
    pub(crate) text: &'static str,
    node_modules: Option<PathBuf>,
}

/// Commands, and what they print.
struct Step {
    commands: String,
    output: Option<String>,
}

impl Page {
    pub(crate) fn new(text: &'static str) -> Self {
        Page { text, node_modules: None }
    }

    /// With these modules installed in `hosts/node`.
    pub(crate) fn with_node_modules(self, directory: PathBuf) -> Self {
        Page { node_modules: Some(directory), ..self }
    }

    /// Runs it, with programs in these directories before others.
    #[allow(clippy::disallowed_methods, reason = "the programs that a page calls are on the path")]
    pub(crate) fn run(&self, programs: &[PathBuf]) {
        let steps = self.steps();
        let simulator = Simulator::start();
        let directory = tempfile::tempdir().unwrap();
        fill(directory.path(), self.node_modules.as_deref());
        let mut path = vec![directory.path().join("bin")];
        path.extend_from_slice(programs);
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let script: Vec<_> =
            steps.iter().map(|step| format!("{}\necho '{MARK}'\n", step.commands)).collect();
        let output = Command::new("sh")
            .args(["-euc", &script.concat().replace(PORT, &simulator.port)])
            .current_dir(&directory)
            .env("PATH", std::env::join_paths(path).unwrap())
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stdout}\n{stderr}");
        let printed: Vec<_> = stdout.split(&format!("{MARK}\n")).collect();
        for (step, printed) in steps.iter().zip(printed) {
            let expected =
                step.output.as_deref().unwrap_or_default().replace(PORT, &simulator.port);
            assert!(fits(&expected, printed), "{}\nprinted\n{printed}\n{stderr}", step.commands);
        }
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for block in self.text.split("\n```").skip(1).step_by(2) {
            let (kind, text) = block.split_once('\n').unwrap();
            let text = format!("{text}\n");
            match kind {
                "sh" => steps.push(Step { commands: text, output: None }),
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

/// Whether this was printed, where `…` stands for anything.
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

/// Makes a directory look like this repository where the pages look.
fn fill(directory: &Path, node_modules: Option<&Path>) {
    let bin = directory.join("bin");
    fs::create_dir(&bin).unwrap();
    let binary = env!("CARGO_BIN_EXE_dynamics365-sales");
    let script = format!(
        "#!/bin/sh\n[ \"$1 $2\" = 'run --' ] || exit 64\nshift 2\nexec '{binary}' \"$@\"\n"
    );
    fs::write(bin.join("cargo"), script).unwrap();
    fs::set_permissions(bin.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hosts");
    for language in ["python", "node"] {
        let copy = directory.join("hosts").join(language);
        fs::create_dir_all(&copy).unwrap();
        for entry in fs::read_dir(repository.join(language)).unwrap().flatten() {
            if entry.path().is_file() {
                fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
            }
        }
    }
    if let Some(modules) = node_modules {
        symlink(modules, directory.join("hosts/node/node_modules")).unwrap();
    }
}
