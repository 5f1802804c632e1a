//! The built binary in a clean environment: no variables, no stored login.

use std::path::Path;
use std::process::{Command, Output};

/// What leads into the network of whoever runs the tests.
const NETWORK: [&str; 5] =
    ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/// A command that finds no login.
pub(crate) fn command(arguments: &[&str]) -> Command {
    command_in(Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/no-login")), arguments)
}

/// A command that keeps its login in this directory.
pub(crate) fn command_in(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamics365-sales"));
    command.args(arguments).env("RUST_BACKTRACE", "1");
    for name in host_test::SECRET_NAMES {
        command.env_remove(format!("DYNAMICS365_{}", name.to_uppercase()));
    }
    for name in NETWORK {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.env("DYNAMICS365_CONFIG_DIR", directory);
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The error: the last line of stderr with `error:`, or else the last line. Checks that it has no
/// backtrace.
pub(crate) fn complaint(output: &Output) -> String {
    let stderr = stderr(output);
    assert!(!stderr.contains("panicked") && !stderr.contains("stack backtrace"), "{stderr}");
    let told = stderr.lines().rfind(|line| line.starts_with("error: "));
    told.or_else(|| stderr.lines().last()).unwrap_or_default().to_owned()
}
