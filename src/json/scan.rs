//! The grammar of JSON, [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259): finds the end of each
//! value.

use alloc::string::String;

use json_scan::{NO_NAME, ends, plain_members};

use crate::text::{counted, filled};

/// The maximum nesting of values.
pub const DEPTH_LIMIT: u32 = 128;

/// The error of a text that is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    expected: &'static str,
    at: usize,
}

impl ParseError {
    /// The reason, as part of a sentence.
    pub fn says(&self) -> String {
        filled!("expected {} at byte {}", &[self.expected, &counted(self.at)])
    }
}

/// A position in a text.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    /// The number of bytes skipped.
    pub(super) at: usize,
}

impl<'a> Scanner<'a> {
    /// The start of this text.
    pub(super) fn new(text: &'a str) -> Self {
        Scanner { bytes: text.as_bytes(), at: 0 }
    }

    fn wrong(&self, expected: &'static str) -> ParseError {
        ParseError { expected, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips this byte if it comes next.
    pub(super) fn pass(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Skips white space.
    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Skips one value at this nesting depth.
    ///
    /// # Errors
    ///
    /// Fails if there is no value, or if it is deeper than [`DEPTH_LIMIT`].
    pub(super) fn value(&mut self, depth: u32) -> Result<(), ParseError> {
        if depth >= DEPTH_LIMIT {
            return Err(self.wrong("less deep a value"));
        }
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.each(b'}', |scanner| {
                scanner.at = plain_members(scanner.bytes, scanner.at, NO_NAME);
                scanner.name()?;
                scanner.value(depth + 1)
            }),
            Some(b'[') => self.each(b']', |scanner| scanner.value(depth + 1)),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.wrong("a value")),
        }
    }

    /// Skips some of the members that start here, but none with this name.
    pub(super) fn plain_members_before(&mut self, name: &str) {
        self.at = plain_members(self.bytes, self.at, name.as_bytes());
    }

    /// Skips an object or an array: an opening byte, items skipped by this function with commas
    /// between, a closing byte.
    ///
    /// # Errors
    ///
    /// Those of the function; also if a comma or the closing byte is missing.
    pub(super) fn each(
        &mut self,
        close: u8,
        mut pass: impl FnMut(&mut Self) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        self.at += 1;
        self.space();
        if self.pass(close) {
            return Ok(());
        }
        loop {
            pass(self)?;
            self.space();
            if self.pass(close) {
                return Ok(());
            }
            if !self.pass(b',') {
                return Err(self.wrong(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" }));
            }
            self.space();
        }
    }

    /// Skips a member's name and the colon.
    ///
    /// # Errors
    ///
    /// Fails without a string or a colon after it.
    pub(super) fn name(&mut self) -> Result<(), ParseError> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong("a name in quotes"));
        }
        self.string()?;
        self.space();
        if !self.pass(b':') {
            return Err(self.wrong("`:`"));
        }
        self.space();
        Ok(())
    }

    fn string(&mut self) -> Result<(), ParseError> {
        self.at += 1;
        loop {
            self.plain();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.wrong("no control character in a string")),
                None => return Err(self.wrong("`\"` at the end of a string")),
            }
        }
    }

    /// Skips the unescaped bytes of a string, eight at a time: most of a response consists of them.
    fn plain(&mut self) {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        while let Some((eight, more)) = rest.split_first_chunk() {
            let ends = ends(u64::from_le_bytes(*eight));
            if ends != 0 {
                self.at += (ends.trailing_zeros() / 8) as usize;
                return;
            }
            self.at += 8;
            rest = more;
        }
        while self.peek().is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)) {
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Result<(), ParseError> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
                if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(self.wrong("four hexadecimal digits"));
                }
                self.at += 4;
            }
            _ => return Err(self.wrong("an escape")),
        }
        Ok(())
    }

    fn word(&mut self, word: &'static [u8]) -> Result<(), ParseError> {
        if !self.bytes.get(self.at..).unwrap_or_default().starts_with(word) {
            return Err(self.wrong("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), ParseError> {
        self.pass(b'-');
        if !self.pass(b'0') {
            self.digits()?;
        }
        if self.pass(b'.') {
            self.digits()?;
        }
        if self.pass(b'e') || self.pass(b'E') {
            let _ = self.pass(b'+') || self.pass(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == from { Err(self.wrong("a digit")) } else { Ok(()) }
    }

    /// Skips the space after the only value of a text.
    ///
    /// # Errors
    ///
    /// Fails if anything else follows.
    pub(super) fn end(&mut self) -> Result<(), ParseError> {
        self.space();
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(self.wrong("nothing after the value"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_strings_of_every_length() {
        let text = "\"0123456789abcdefghij\\n\"";
        for from in 1..20 {
            let mut bytes = [b'"'; 32];
            let rest = &text.as_bytes()[from..];
            bytes[1..=rest.len()].copy_from_slice(rest);
            let text = core::str::from_utf8(&bytes[..=rest.len()]).unwrap();
            let mut scanner = Scanner::new(text);
            scanner.value(0).unwrap();
            assert_eq!(scanner.at, text.len());
            let cut = Scanner::new(&text[..text.len() - 1]).value(0).unwrap_err();
            assert_eq!(cut.expected, "`\"` at the end of a string");
        }
    }
}
