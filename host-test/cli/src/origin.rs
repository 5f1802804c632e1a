//! The origin of a composed component: the version, the revision and the address of its source.

use std::env;
use std::path::Path;
use std::process::Command;

/// The checkout that this command line was built from.
const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The origin recorded in a component and its packages. The same origin gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The version of the workspace.
    pub version: String,
    /// The revision of the source, with `-dirty` appended if it had uncommitted changes.
    pub revision: Option<String>,
    /// The URL of the source.
    pub source: Option<String>,
}

impl Origin {
    /// The origin of this build: what `release/build` set when compiling, or else what git reports
    /// for the checkout, if this program is in the checkout's own `target` directory.
    pub fn of_this_build() -> Self {
        let told = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
        Origin {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: told(option_env!("DYNAMICS365_SALES_REVISION")).or_else(|| {
                git(&["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
            }),
            source: told(option_env!("DYNAMICS365_SALES_SOURCE"))
                .or_else(|| told(Some(env!("CARGO_PKG_REPOSITORY"))))
                .or_else(|| git(&["remote", "get-url", "origin"]))
                .filter(|source| source.starts_with("https://")),
        }
    }
}

/// What git reports for the checkout.
fn git(arguments: &[&str]) -> Option<String> {
    let checkout = Path::new(CHECKOUT).canonicalize().ok()?;
    // An installed program may be older than the checkout's current state.
    let program = env::current_exe().ok()?.canonicalize().ok()?;
    if !program.starts_with(checkout.join("target")) {
        return None;
    }
    let output = Command::new("git").args(arguments).current_dir(checkout).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
