//! The only module that writes to the terminal: output to stdout, everything else to stderr,
//! colours only where they are supported.
//!
//! All external text passes through it. Styles are noncharacters ([`strong`] and the others) until
//! a line is written; only then do they become escapes. So every other control character in a line
//! came from outside and is removed.

mod closed;

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The styles, each with the noncharacter that starts it.
const STYLES: [(char, Style); 4] = [
    (QUIET, Style::new().dimmed()),
    (GOOD, AnsiColor::Green.on_default().bold()),
    (BAD, AnsiColor::Red.on_default().bold()),
    (STRONG, Style::new().bold()),
];
const QUIET: char = '\u{fdd0}';
const GOOD: char = '\u{fdd1}';
const BAD: char = '\u{fdd2}';
const STRONG: char = '\u{fdd3}';
/// Ends any of them.
const END: char = '\u{fdd4}';

/// Writes a line to stdout, for a person.
///
/// # Errors
///
/// Fails if stdout cannot be written, unless its reader is gone (`| head`).
pub(crate) fn answer(text: impl fmt::Display) -> io::Result<()> {
    let line = styled(&text.to_string()) + "\n";
    to_stdout(|| {
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush())
    })
}

/// Writes JSON to stdout, byte for byte. On a terminal, control characters become JSON escapes.
///
/// # Errors
///
/// Fails like [`answer`].
pub(crate) fn json(text: &str) -> io::Result<()> {
    if is_read_by_a_person() {
        bytes((escaped(text) + "\n").as_bytes())
    } else {
        // Not put together first: the text may be most of what this process holds.
        pieces(&[text.as_bytes(), b"\n"])
    }
}

/// Writes bytes to stdout unchanged.
///
/// # Errors
///
/// Fails like [`answer`].
pub(crate) fn bytes(bytes: &[u8]) -> io::Result<()> {
    pieces(&[bytes])
}

fn pieces(pieces: &[&[u8]]) -> io::Result<()> {
    to_stdout(|| {
        let mut stdout = io::stdout().lock();
        pieces.iter().try_for_each(|piece| stdout.write_all(piece)).and_then(|()| stdout.flush())
    })
}

fn to_stdout(write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    if closed::stdout_was_closed() {
        return Err(io::Error::other("it is closed"));
    }
    match write() {
        // The reader has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes a line to stderr.
pub(crate) fn note(text: impl fmt::Display) {
    let _ = writeln!(anstream::stderr().lock(), "{}", styled(&text.to_string()));
}

/// Writes an error to stderr.
pub(crate) fn problem(text: impl fmt::Display) {
    note(format_args!("{} {text}", bad("error:")));
}

/// Shows a progress message on stderr while the value lives; nothing if stderr is not a terminal.
pub(crate) fn progress(text: impl fmt::Display) -> Progress {
    if !io::stderr().is_terminal() {
        return Progress(None);
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_style(ProgressStyle::default_spinner());
    bar.set_message(plain(&text.to_string()));
    bar.enable_steady_tick(Duration::from_millis(100));
    Progress(Some(bar))
}

/// Shows no progress.
pub(crate) fn no_progress() -> Progress {
    Progress(None)
}

/// Shows a progress bar with this many steps on stderr; nothing if stderr is not a terminal.
pub(crate) fn bar(steps: usize) -> Progress {
    if !io::stderr().is_terminal() {
        return Progress(None);
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Progress(Some(bar))
}

/// A progress display; its line is cleared when it is dropped.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Sets the message.
    pub(crate) fn says(&self, text: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(plain(text));
        }
    }

    /// Advances by one step.
    pub(crate) fn advances(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// External text without the characters that control a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character controls a terminal: control characters except the line end, and those that
/// change the direction of writing.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line with its styles as escapes, without any other control characters.
fn styled(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match STYLES.iter().find(|(mark, _)| *mark == c) {
            Some((_, style)) => line.push_str(&style.render().to_string()),
            None if c == END => line.push_str(&Style::new().bold().render_reset().to_string()),
            None if is_obeyed(c) => line.push('\u{fffd}'),
            None => line.push(c),
        }
    }
    line
}

/// The same JSON without control characters in its strings.
fn escaped(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // In JSON these occur only outside strings.
            '\t' | '\r' => json.push(' '),
            c if is_obeyed(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => json.push(c),
        }
    }
    json
}

/// Whether stdout is a terminal.
pub(crate) fn is_read_by_a_person() -> bool {
    io::stdout().is_terminal()
}

/// The width of stdout in columns: the terminal's, or else `COLUMNS`; `None` if neither is known.
pub(crate) fn width() -> Option<u16> {
    let terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
    terminal.or_else(|| std::env::var_os("COLUMNS")?.to_str()?.parse().ok())
}

/// Bold text.
pub(crate) fn strong(text: impl fmt::Display) -> String {
    format!("{STRONG}{text}{END}")
}

/// For less important text.
pub(crate) fn quiet(text: impl fmt::Display) -> String {
    format!("{QUIET}{text}{END}")
}

/// For success.
pub(crate) fn good(text: impl fmt::Display) -> String {
    format!("{GOOD}{text}{END}")
}

/// For failure.
pub(crate) fn bad(text: impl fmt::Display) -> String {
    format!("{BAD}{text}{END}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Control characters of each kind.
    const STEERING: &str = "\u{1b}[2J\u{7}\u{8}\r\u{7f}\u{9b}2J\u{202e}\u{2066}\u{200f}\u{2028}";

    #[test]
    fn a_line_has_only_the_escapes_of_its_styles() {
        let line = styled(&format!("{} {}", strong("title"), quiet(STEERING)));
        assert_eq!(line.matches('\u{1b}').count(), 4, "{line:?}");
        let bare = line.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "").replace("\u{1b}[2m", "");
        assert_eq!(
            bare,
            "title \u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}2J\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn json_on_a_terminal_is_the_same_json() {
        // U+0000 to U+001F cannot occur in a JSON string.
        let text = "{\r\"a\u{7f}\":\t\"\u{9b}\u{202e}x\"}";
        let shown = escaped(text);
        assert_eq!(shown, r#"{ "a\u007f": "\u009b\u202ex"}"#);
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(text), value(&shown));
    }
}
