//! The built command line as a separate process.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

/// A command of this program for the organization at this URL, regardless of the environment,
/// without output on stderr.
pub(super) fn at(program: &Path, url: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("DYNAMICS365_") && name != CACHE) {
            command.env_remove(name);
        }
    }
    command
        .env("DYNAMICS365_INSTANCE_URL", url)
        .env("DYNAMICS365_ACCESS_TOKEN", "token")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

const CACHE: &str = "DYNAMICS365_CACHE";
