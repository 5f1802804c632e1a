//! The one place that writes to the terminal: answers to stdout, all else to stderr, colours only where they show.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const QUIET: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const STRONG: Style = Style::new().bold();

/// Writes a line to stdout. A closed reader (`| head`) is not an error.
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
    note(format_args!("{} {}", bad("error:"), plain(&text.to_string())));
}

/// Shows on stderr that something goes on, for as long as the value lives; nothing if stderr is not a terminal.
pub(crate) fn progress(text: impl fmt::Display) -> Progress {
    if !std::io::stderr().is_terminal() {
        return Progress(None);
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_style(ProgressStyle::default_spinner());
    bar.set_message(text.to_string());
    bar.enable_steady_tick(Duration::from_millis(100));
    Progress(Some(bar))
}

/// What goes on; its line is cleared when it is dropped.
pub(crate) struct Progress(Option<ProgressBar>);

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Words of somebody else without what a terminal would obey: control characters but the end of a line, and those that
/// turn the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    let obeyed = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether stdout is read by a person.
pub(crate) fn is_read_by_a_person() -> bool {
    std::io::stdout().is_terminal()
}

/// How wide stdout is, in columns; `None` if it is not a terminal.
pub(crate) fn width() -> Option<u16> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0)
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
