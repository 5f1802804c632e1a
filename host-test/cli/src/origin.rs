//! Where what is composed comes from: the version, the revision and the address of its source.

use std::env;
use std::path::Path;
use std::process::Command;

/// The checkout that this command line was built from.
const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What a component and its packages say of their origin. The same origin gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The version of the workspace.
    pub version: String,
    /// The revision of the source, `-dirty` behind it when there were changes which are in no revision.
    pub revision: Option<String>,
    /// Where the source is to be had, a URL.
    pub source: Option<String>,
}

impl Origin {
    /// What is known of this build: what `release/build` told the compiler, else what git says of the checkout, if this is a
    /// program that lies in the checkout's own `target`.
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

/// What git says of the checkout.
fn git(arguments: &[&str]) -> Option<String> {
    let checkout = Path::new(CHECKOUT).canonicalize().ok()?;
    // An installed program outlives the state of the checkout that it was built from.
    let program = env::current_exe().ok()?.canonicalize().ok()?;
    if !program.starts_with(checkout.join("target")) {
        return None;
    }
    let output = Command::new("git").args(arguments).current_dir(checkout).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
