//! The one place that writes to the terminal: answers to stdout, all else to stderr, colours only where they show.

use std::fmt;
use std::io::Write;

use anstyle::{AnsiColor, Style};

const QUIET: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const STRONG: Style = Style::new().bold();

/// Writes a line to stdout. That nobody reads it any more (`| head`) is no failure.
pub(crate) fn answer(text: impl fmt::Display) {
    let mut stdout = anstream::stdout().lock();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}

/// Writes bytes to stdout, as they are.
pub(crate) fn bytes(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush())
}

/// Writes a line to stderr.
pub(crate) fn note(text: impl fmt::Display) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Says on stderr what went wrong.
pub(crate) fn problem(text: impl fmt::Display) {
    note(format_args!("{} {text}", bad("error:")));
}

/// In bold.
pub(crate) fn strong(text: impl fmt::Display) -> String {
    format!("{STRONG}{text}{STRONG:#}")
}

/// For what is less important.
pub(crate) fn quiet(text: impl fmt::Display) -> String {
    format!("{QUIET}{text}{QUIET:#}")
}

/// For what went well.
pub(crate) fn good(text: impl fmt::Display) -> String {
    format!("{GOOD}{text}{GOOD:#}")
}

/// For what did not.
pub(crate) fn bad(text: impl fmt::Display) -> String {
    format!("{BAD}{text}{BAD:#}")
}
