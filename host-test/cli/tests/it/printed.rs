//! Runs the commands of the pages for terminal users as printed, each page from start to end, in an
//! empty directory.
//!
//! Three things are replaced: `cargo run --` is the existing binary, a proxy leads to the simulator
//! instead of Microsoft's clouds, and the test is the browser. Values that a reader fills in (`…`)
//! are the simulator's.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use dataverse_sim::{Clock, Dataverse, Seed, Server, World};
use tempfile::TempDir;

use crate::support::browser::{Asking, get};
use crate::support::cli::command_in;
use crate::support::proxy::Proxy;

/// The commands that are not run, with the reason.
const NOT_RUN: [(&str, &str); 7] = [
    ("cargo test", "it would run this test"),
    ("cargo install --locked --path host-test/cli", "it builds for minutes what is built already"),
    (
        "cargo build --release --lib --target wasm32-wasip2",
        "the build of `components` is this command, and `.ci/run` runs it",
    ),
    ("az login", "Azure signs a person in"),
    (
        "az login --service-principal --username APP_ID --tenant TENANT --certificate cert.pem",
        "Azure signs an app in",
    ),
    ("az login --identity", "it needs a machine in Azure"),
    (
        "curl -s -H Metadata:true 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Forg12345.crm.dynamics.com'",
        "it needs a machine in Azure",
    ),
];

/// Commands that run until Ctrl-C, after they print their address.
const SERVES: [&str; 1] = ["cargo run -- inspect"];

/// Replacements for `cargo`, the installed program, Azure's program and the browser.
const PROGRAMS: [(&str, &str); 5] = [
    (
        "cargo",
        r#"[ "$1" = run ] || exit 64; shift; [ $# = 0 ] || [ "$1" = -- ] || exit 64; [ $# = 0 ] || shift; exec "$BINARY" "$@""#,
    ),
    ("dynamics365-sales", r#"exec "$BINARY" "$@""#),
    (
        "az",
        r#"[ "$*" = 'account get-access-token --resource https://org12345.crm.dynamics.com --query accessToken --output tsv' ] || exit 64; echo "$TOKEN""#,
    ),
    ("open", ""),
    ("xdg-open", ""),
];

/// A reader who types a page's commands.
struct Reader {
    server: Server,
    proxy: Proxy,
    home: TempDir,
    /// The exported variables so far.
    exports: String,
}

impl Reader {
    fn new() -> Self {
        let mut world = World::new(&Seed::default());
        world.clock = Clock::System;
        world.settings.sign_in.device_code_interval = std::time::Duration::ZERO;
        // Behind the proxy the simulator has several names.
        world.settings.check_audience = false;
        let server = Server::start(Dataverse::new(world), 0).unwrap();
        let proxy = Proxy::start(&server.url());
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("bin")).unwrap();
        for (name, script) in PROGRAMS {
            let path = home.path().join("bin").join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Reader { server, proxy, home, exports: String::new() }
    }

    /// A shell that runs this with the exported variables.
    #[allow(clippy::disallowed_methods, reason = "the programs that a page calls are on the path")]
    fn shell(&self, line: &str) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = [self.home.path().join("bin")].into_iter().chain(std::env::split_paths(&path));
        // A clean environment.
        let own = command_in(&self.home.path().join("settings"), &[]);
        let mut shell = Command::new("sh");
        for (name, value) in own.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let exports = &self.exports;
        shell
            .args(["-euc", &format!("{exports}\n{line}")])
            .current_dir(&self.home)
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("BINARY", own.get_program())
            .env("TOKEN", self.server.dataverse().issue_token())
            .env("HTTPS_PROXY", self.proxy.url(""))
            .env("SSL_CERT_FILE", self.proxy.certificate())
            .stdin(Stdio::null());
        shell
    }

    fn types(&mut self, command: &str) {
        let filled = self.fill_in(command);
        if filled.starts_with("export ") {
            self.exports += &format!("{filled}\n");
        } else if SERVES.contains(&command) {
            self.serves(&filled);
        } else if filled.contains(" login ") && !filled.contains("--device") {
            self.signs_in(&filled);
        } else {
            let output = self.shell(&filled).output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{command}\n{stderr}");
        }
    }

    /// With a value in place of each `…`.
    fn fill_in(&self, command: &str) -> String {
        let dataverse = self.server.dataverse();
        let public = dataverse.public_client().to_owned();
        let client = dataverse.client();
        let filled = command
            .replace("--client-id …", &format!("--client-id {public}"))
            .replace("--tenant-id …", &format!("--tenant-id {}", client.tenant_id))
            .replace("_TENANT_ID=…", &format!("_TENANT_ID={}", client.tenant_id))
            .replace("_CLIENT_ID=…", &format!("_CLIENT_ID={}", client.client_id))
            .replace("_CLIENT_SECRET=…", &format!("_CLIENT_SECRET={}", client.client_secret));
        assert!(!filled.contains('…'), "what stands for `…` here? {command}");
        filled
    }

    /// A `login`, with this test as the browser.
    fn signs_in(&self, command: &str) {
        let asking = Asking::start(self.shell(command));
        let page = get(&asking.sign_in_at(&self.server.url()));
        assert!(page.contains("Done:"), "{page}");
        let output = asking.end();
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    fn serves(&self, command: &str) {
        let mut shell = self.shell(command);
        shell.stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut child = shell.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.into_iter().find(|line| line.starts_with("http://127.0.0.1:"));
        let group = format!("-{}", child.id());
        assert!(Command::new("kill").args(["-INT", "--", &group]).status().unwrap().success());
        child.wait().unwrap();
        assert!(address.is_some(), "{command} says no address");
    }
}

/// The commands of a page: each line of its ` ```sh ` blocks, without comments.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("\n```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.strip_prefix("sh\n"));
    let lines = blocks.flat_map(str::lines).map(|line| match line.split_once(" # ") {
        Some((command, _)) => command.trim_end().to_owned(),
        None => line.to_owned(),
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// Runs a page; returns the commands that it skipped.
fn run(page: &str) -> Vec<String> {
    let mut reader = Reader::new();
    let commands = commands(page);
    assert!(!commands.is_empty());
    let (left_out, typed): (Vec<_>, Vec<_>) = commands
        .into_iter()
        .partition(|command| NOT_RUN.iter().any(|(not_run, _)| not_run == command));
    for command in typed {
        reader.types(&command);
    }
    left_out
}

#[test]
fn the_readme_runs_as_printed() {
    let left_out = run(include_str!("../../../../README.md"));
    assert_eq!(left_out, ["cargo test", "cargo install --locked --path host-test/cli"]);
    // It installs the program that the next line calls.
    assert!(include_str!("../../Cargo.toml").contains("\nname = \"dynamics365-sales\"\npath = "));
}

#[test]
fn the_page_of_the_command_line_runs_as_printed() {
    assert_eq!(run(include_str!("../../../../docs/command-line.md")), [""; 0]);
}

#[test]
fn the_page_of_signing_in_runs_as_printed() {
    assert_eq!(run(include_str!("../../../../docs/signing-in.md")), [""; 0]);
}

#[test]
fn the_page_of_tokens_runs_as_printed_but_for_azure() {
    assert_eq!(run(include_str!("../../../../docs/tokens.md")).len(), 4);
}

#[test]
fn the_pages_of_building_and_of_the_inspector_run_as_printed() {
    let left_out = run(include_str!("../../../../docs/building.md"));
    assert_eq!(left_out, ["cargo build --release --lib --target wasm32-wasip2"]);
    assert_eq!(run(include_str!("../../../../docs/inspect.md")), [""; 0]);
}

#[test]
fn no_page_with_commands_is_forgotten() {
    const HERE: [&str; 5] = ["building", "command-line", "inspect", "signing-in", "tokens"];
    // `mcp/independent.rs` and `sim/programs.rs`, with third-party programs; `command_line.rs` has
    // a shorter `bench`.
    const ELSEWHERE: [&str; 3] = ["mcp", "simulator", "measured"];
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let pages = fs::read_dir(docs).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let forgotten = pages.filter(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let known = HERE.contains(&name) || ELSEWHERE.contains(&name);
        !known && fs::read_to_string(path).unwrap().contains("\n```sh")
    });
    assert_eq!(forgotten.collect::<Vec<_>>(), Vec::<std::path::PathBuf>::new());
}
