//! Linker arguments that make the component small, in memory and on disk.

use std::env;
use std::io::{self, Write};

/// The size of the stack, in bytes: twice what the deepest JSON needs (`DEPTH_LIMIT` in the core).
/// The linker's default of 1 MiB would count towards the memory of every instance.
const STACK: u32 = 64 * 1024;

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "cargo::rerun-if-changed=build.rs")?;
    if !is("CARGO_CFG_TARGET_ARCH", "wasm32") {
        return Ok(());
    }
    // The stack comes first in memory, so that an overflow traps rather than overwriting data.
    writeln!(out, "cargo::rustc-link-arg-cdylib=--stack-first")?;
    writeln!(out, "cargo::rustc-link-arg-cdylib=-zstack-size={STACK}")?;
    if is("DEBUG", "false") {
        // By default each address in the code takes five bytes; compressing them saves a tenth of
        // the file. Debug information, which the standard library contains, would then be wrong, so
        // it is stripped.
        writeln!(out, "cargo::rustc-link-arg-cdylib=--strip-debug")?;
        writeln!(out, "cargo::rustc-link-arg-cdylib=--compress-relocations")?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo passes its settings to build scripts in the environment"
)]
fn is(variable: &str, value: &str) -> bool {
    env::var(variable).is_ok_and(|found| found == value)
}
