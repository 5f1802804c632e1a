//! Runs the page as printed, in one shell. `cargo` is replaced by existing builds, and the
//! simulator uses a free port.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use dataverse_sim::{Clock, Dataverse, Seed, Server, World};

const PAGE: &str = include_str!("../README.md");

/// The replacement of `cargo`.
const CARGO: &str = r#"cargo() {
  case "$*" in
    'run -- compose connector -o d365.wasm') cp connector.wasm d365.wasm ;;
    'run --manifest-path hosts/rust/Cargo.toml -- '*) shift 4; "$ACCOUNTS" "$@" ;;
    *) echo "not on this page: $*" >&2; exit 64 ;;
  esac
}
"#;

/// The blocks of the page, by the text after their backticks.
fn blocks(kind: &str) -> impl Iterator<Item = &str> {
    let blocks = PAGE.split("\n```").skip(1).step_by(2);
    blocks
        .filter_map(move |block| block.split_once('\n').filter(|(own, _)| *own == kind))
        .map(|(_, text)| text)
}

#[test]
fn runs_as_printed() {
    let mut world = World::new(&Seed::default());
    world.clock = Clock::System;
    let server = Server::start(Dataverse::new(world), 0).unwrap();
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("connector.wasm"), components::CONNECTOR).unwrap();
    assert_eq!(blocks("sh sim").collect::<Vec<_>>(), ["cargo run -- sim --port 8321"]);
    let commands = blocks("sh").collect::<Vec<_>>().join("\n");
    let commands = commands.replace("http://127.0.0.1:8321", &server.url());
    let output = Command::new("sh")
        .args(["-euc", &format!("{CARGO}{commands}")])
        .current_dir(&directory)
        .env("ACCOUNTS", env!("CARGO_BIN_EXE_accounts"))
        .output()
        .unwrap();
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    let [printed] = blocks("text").collect::<Vec<_>>()[..] else { panic!("what is printed?") };
    let mut rest = stdout.trim_end();
    for piece in printed.split('…') {
        let at = rest.find(piece).unwrap_or_else(|| panic!("no `{piece}` in {stdout}{stderr}"));
        rest = &rest[at + piece.len()..];
    }
    assert_eq!(rest, "", "{stdout}");
    // It signed in with the four variables and requested one page of rows.
    let asked: Vec<String> =
        server.dataverse().journal().iter().map(|entry| entry.path.clone()).collect();
    assert!(
        matches!(&asked[..], [token, rows] if token.ends_with("/token") && rows.ends_with("/accounts")),
        "{asked:?}"
    );
}
