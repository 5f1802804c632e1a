//! Writes JSON sequentially, which keeps the order of members and the digits of decimals.

use std::io::Write;

/// Unfinished JSON.
#[derive(Debug, Default)]
pub(crate) struct Json {
    out: Vec<u8>,
}

impl Json {
    /// The output.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Starts an object or a list: `{`, `[`.
    pub(crate) fn open(&mut self, bracket: u8) {
        self.comma();
        self.out.push(bracket);
    }

    /// Ends an object or a list.
    pub(crate) fn close(&mut self, bracket: u8) {
        self.out.push(bracket);
    }

    /// The name of the next member, joined from parts.
    pub(crate) fn key(&mut self, parts: &[&str]) {
        self.comma();
        // Column and annotation names need no escaping.
        self.out.push(b'"');
        for part in parts {
            self.out.extend_from_slice(part.as_bytes());
        }
        self.out.extend_from_slice(b"\":");
    }

    /// A string.
    pub(crate) fn text(&mut self, text: &str) {
        self.comma();
        // Writing text to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    /// A value in its display form: numbers, `true`, `null`.
    pub(crate) fn bare(&mut self, value: impl std::fmt::Display) {
        self.comma();
        let _ = write!(self.out, "{value}");
    }

    /// A comma, except at the start.
    fn comma(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(b',');
        }
    }
}
