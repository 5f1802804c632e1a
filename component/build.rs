//! Tells the linker what makes the component small, in memory and on disk.

use std::env;
use std::io::{self, Write};

/// Bytes of stack. Twice what the deepest JSON needs (`DEPTH_LIMIT` in the core); the linker's own choice is 1 MiB, which
/// every instance would have to hold.
const STACK: u32 = 64 * 1024;

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "cargo::rerun-if-changed=build.rs")?;
    if !is("CARGO_CFG_TARGET_ARCH", "wasm32") {
        return Ok(());
    }
    // First in memory, so that a stack that grows too large leads to a trap and not into the data.
    writeln!(out, "cargo::rustc-link-arg-cdylib=--stack-first")?;
    writeln!(out, "cargo::rustc-link-arg-cdylib=-zstack-size={STACK}")?;
    if is("DEBUG", "false") {
        // Each address in the code takes five bytes unless it is told to take as few as it needs, a tenth of all;
        // debug information, of which the standard library has some, would then be wrong.
        writeln!(out, "cargo::rustc-link-arg-cdylib=--strip-debug")?;
        writeln!(out, "cargo::rustc-link-arg-cdylib=--compress-relocations")?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "cargo talks to build scripts by the environment")]
fn is(variable: &str, value: &str) -> bool {
    env::var(variable).is_ok_and(|found| found == value)
}
