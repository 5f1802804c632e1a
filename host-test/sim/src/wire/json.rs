//! Writes JSON from left to right, so that the order of members and the digits of decimals are ours.

use std::io::Write;

/// JSON under way.
#[derive(Debug, Default)]
pub(crate) struct Json {
    out: Vec<u8>,
}

impl Json {
    /// What was written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Begins an object or a list: `{`, `[`.
    pub(crate) fn open(&mut self, bracket: u8) {
        self.comma();
        self.out.push(bracket);
    }

    /// Ends it.
    pub(crate) fn close(&mut self, bracket: u8) {
        self.out.push(bracket);
    }

    /// The name of the member that comes next; the parts are put together.
    pub(crate) fn key(&mut self, parts: &[&str]) {
        self.comma();
        // Names of columns and annotations have nothing to escape.
        self.out.push(b'"');
        for part in parts {
            self.out.extend_from_slice(part.as_bytes());
        }
        self.out.extend_from_slice(b"\":");
    }

    /// A text as value.
    pub(crate) fn text(&mut self, text: &str) {
        self.comma();
        // Writing text into memory does not fail.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    /// A value that is written as it displays: numbers, `true`, `null`.
    pub(crate) fn bare(&mut self, value: impl std::fmt::Display) {
        self.comma();
        let _ = write!(self.out, "{value}");
    }

    /// A comma, unless something has just begun.
    fn comma(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(b',');
        }
    }
}
