//! Finds the hosts: on the `PATH`, or where `.ci/install-hosts` puts them.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests ask and tell their surroundings"
)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The directory of `wasmtime`, version 48 or newer.
pub(crate) fn wasmtime() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut directories = env::split_paths(&path).collect::<Vec<_>>();
    directories.push(cache().join("wasmtime-48.0.8/bin"));
    let fits = |directory: &PathBuf| {
        let output = Command::new(directory.join("wasmtime")).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let major = text.split_whitespace().nth(1)?.split('.').next()?.parse::<u32>().ok()?;
        (major >= 48).then_some(())
    };
    let found = directories.into_iter().find(|directory| fits(directory).is_some());
    or_skip(found, "no `wasmtime` of version 48 or newer")
}

/// The directory of a `python3` with the package `wasmtime`.
pub(crate) fn python() -> Option<PathBuf> {
    let directory = cache().join("python/venv/bin");
    let has_it = works(&directory.join("python3"), &["-c", "import wasmtime.component"]);
    or_skip(has_it.then_some(directory), "no Python with the package `wasmtime`")
}

/// The directory of a `python` with the MCP client and validators.
pub(crate) fn validators() -> Option<PathBuf> {
    let directory = cache().join("mcp/bin");
    let has_them = works(&directory.join("python"), &["-c", "import mcp, openapi_spec_validator"]);
    or_skip(has_them.then_some(directory), "no Python with `mcp` and `openapi-spec-validator`")
}

/// The `node_modules` with the MCP clients in TypeScript and the Inspector, and with a `node` that
/// is new enough for them.
pub(crate) fn mcp_clients() -> Option<PathBuf> {
    let directory = cache().join("mcp-clients/node_modules");
    let has_them = directory.join(".bin/mcp-inspector").exists()
        && works(&directory.join(".bin/node"), &["--version"]);
    or_skip(has_them.then_some(directory), "no MCP clients of npm")
}

/// The example's `node_modules`, if `node` is installed.
pub(crate) fn node() -> Option<PathBuf> {
    let directory = cache().join("node/node_modules");
    let has_it = directory.join(".bin/jco").exists() && works(Path::new("node"), &["--version"]);
    or_skip(has_it.then_some(directory), "no Node with `jco`")
}

/// A shell with `curl`.
pub(crate) fn curl() -> Option<&'static str> {
    let has_it = works(Path::new("curl"), &["--version"]);
    or_skip(has_it.then(|| PathBuf::from("sh")), "no `curl`").map(|_| "sh")
}

/// A `python` with Microsoft's Dataverse client.
pub(crate) fn dataverse_python() -> Option<PathBuf> {
    let python = cache().join("dataverse-python/bin/python");
    let has_it = works(&python, &["-c", "import PowerPlatform.Dataverse.client"]);
    or_skip(has_it.then_some(python), "no Python with `PowerPlatform-Dataverse-Client`")
}

/// The `node_modules` with `dynamics-web-api`, if `node` is installed.
pub(crate) fn dynamics_web_api() -> Option<PathBuf> {
    let directory = cache().join("dynamics-web-api/node_modules");
    let has_it =
        directory.join("dynamics-web-api").exists() && works(Path::new("node"), &["--version"]);
    or_skip(has_it.then_some(directory), "no Node with `dynamics-web-api`")
}

/// Whether all clients of `bench --peers` are installed.
pub(crate) fn peers() -> bool {
    let python = cache().join("langchain/bin/python");
    let has_it = works(&python, &["-c", "import langchain_core, httpx, pydantic"]);
    or_skip(has_it.then_some(python), "no Python with `langchain-core`").is_some()
        && dataverse_python().is_some()
        && dynamics_web_api().is_some()
}

/// The directories of `wash` and of a `python3` that can start a workload, if everything else for
/// wasmCloud is installed too.
pub(crate) fn wasmcloud() -> Option<PathBuf> {
    registry()?;
    let directory = cache().join("wasmcloud/bin");
    let has_it = works(&directory.join("wash"), &["--version"])
        && works(&directory.join("python3"), &["-c", "import nats, yaml"])
        && works(Path::new("nats-server"), &["--version"]);
    or_skip(has_it.then_some(directory), "no `wash`, no Python with `nats-py`, or no `nats-server`")
}

/// The directory of `obelisk` 0.41.
pub(crate) fn obelisk() -> Option<PathBuf> {
    let directory = cache().join("obelisk-0.41.5/bin");
    let has_it = works(&directory.join("obelisk"), &["--version"]);
    or_skip(has_it.then_some(directory), "no `obelisk` 0.41.5")
}

/// The directory of the Postgres server programs.
pub(crate) fn postgres() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut directories =
        installed.map(|entry| entry.path().join("bin")).chain(env::split_paths(&path));
    let found = directories.find(|directory| works(&directory.join("initdb"), &["--version"]));
    or_skip(found, "no Postgres")
}

/// Whether the tools of `release/build` are installed.
pub(crate) fn release() -> Option<()> {
    let has_it = ["git", "npm", "npx", "node", "python3", "objdump", "sha256sum"];
    let has_it = has_it.iter().all(|program| works(Path::new(program), &["--version"]));
    or_skip(has_it.then_some(()), "no git, Node, npm, Python or objdump")
}

/// Whether an image registry and a tool to push to it are installed.
pub(crate) fn registry() -> Option<()> {
    let has_them = works(Path::new("docker-registry"), &["--version"])
        && works(Path::new("skopeo"), &["--version"]);
    or_skip(has_them.then_some(()), "no `docker-registry` or no `skopeo`")
}

/// Whether `chromium` and its driver are installed.
pub(crate) fn chromium() -> bool {
    let (browser, driver) = (PathBuf::from("chromium"), PathBuf::from("chromedriver"));
    let has_them = works(&browser, &["--version"]) && works(&driver, &["--version"]);
    let missing = "no `chromium` with `chromedriver`";
    or_skip(has_them.then_some(browser), missing).is_some()
}

fn works(program: &Path, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn cache() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache");
    cache.unwrap_or_else(home).join("dynamics365-sales")
}

fn or_skip<T>(found: Option<T>, missing: &str) -> Option<T> {
    if found.is_none() {
        let required = env::var_os("DYNAMICS365_HOSTS").is_some_and(|value| value == "required");
        assert!(!required, "{missing}, and DYNAMICS365_HOSTS=required");
        eprintln!("skipped: {missing} (`.ci/install-hosts` installs it)");
    }
    found
}
