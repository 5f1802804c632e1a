//! JSON that passes through the SDK unchanged: the SDK's own values would round numbers.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::{Map, Value};

/// The only member of the placeholder object for such JSON: the SDK passes on only objects. No
/// output of an action has it.
const MARK: &str = "\u{1}json";

/// The start of its text in a serialized message. Inside a string it would be escaped again.
const WRITTEN: &[u8] = b"\"structuredContent\":{\"\\u0001json\":\"";

/// The replacement.
const PLAIN: &[u8] = b"\"structuredContent\":";

/// The JSON as a value for `structuredContent` until the message is written.
pub(super) fn value(json: impl Into<String>) -> Value {
    Value::Object(Map::from_iter([(MARK.to_owned(), Value::String(json.into()))]))
}

/// A serialized message with the JSON in its place.
pub(super) fn inlined(message: &str) -> Cow<'_, [u8]> {
    let message = message.as_bytes();
    if !message.windows(WRITTEN.len()).any(|part| part == WRITTEN) {
        return Cow::Borrowed(message);
    }
    let mut inlined = Inlined::new(Vec::with_capacity(message.len()));
    // Writing to a vector cannot fail.
    let _ = inlined.write_all(message).and_then(|()| inlined.flush());
    Cow::Owned(inlined.out)
}

/// Inserts the JSON into a message that is written piece by piece, so that neither is copied.
pub(super) struct Inlined<W> {
    out: W,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    /// This much of [`WRITTEN`] has been read.
    Message(usize),
    /// In the text of the JSON.
    Text,
    /// After a backslash in it.
    Escape,
    /// After `\u`: the digits so far, and their number.
    Digits(u32, u32),
    /// After the text, before the closing brace of the object of [`MARK`].
    Closing,
}

impl<W: Write> Inlined<W> {
    pub(super) fn new(out: W) -> Self {
        Inlined { out, state: State::Message(0) }
    }

    /// Consumes some of these bytes: at least one, or else goes one state back.
    fn step(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let first = bytes.first().copied().unwrap_or_default();
        match self.state {
            State::Message(0) => {
                let quote = bytes.iter().position(|&byte| byte == b'"');
                self.out.write_all(&bytes[..quote.unwrap_or(bytes.len())])?;
                self.state = State::Message(usize::from(quote.is_some()));
                return Ok(quote.map_or(bytes.len(), |quote| quote + 1));
            }
            State::Message(come) if first != WRITTEN[come] => {
                // The end of the bytes may start a new match.
                let come = &WRITTEN[..come];
                let again = (0..come.len()).rev().find(|&some| come.ends_with(&WRITTEN[..some]));
                let again = again.unwrap_or_default();
                self.out.write_all(&come[..come.len() - again])?;
                self.state = State::Message(again);
                return Ok(0);
            }
            State::Message(come) if come + 1 < WRITTEN.len() => {
                self.state = State::Message(come + 1);
            }
            State::Message(_) => {
                self.out.write_all(PLAIN)?;
                self.state = State::Text;
            }
            State::Text => {
                let end = bytes.iter().position(|&byte| matches!(byte, b'"' | b'\\'));
                self.out.write_all(&bytes[..end.unwrap_or(bytes.len())])?;
                match end.map(|end| bytes[end]) {
                    Some(b'"') => self.state = State::Closing,
                    Some(_) => self.state = State::Escape,
                    None => {}
                }
                return Ok(end.map_or(bytes.len(), |end| end + 1));
            }
            State::Escape => {
                self.state = State::Text;
                match first {
                    b'u' => self.state = State::Digits(0, 0),
                    b'b' => self.out.write_all(b"\x08")?,
                    b'f' => self.out.write_all(b"\x0c")?,
                    b'n' => self.out.write_all(b"\n")?,
                    b'r' => self.out.write_all(b"\r")?,
                    b't' => self.out.write_all(b"\t")?,
                    itself => self.out.write_all(&[itself])?,
                }
            }
            State::Digits(value, digits) => {
                let digit = char::from(first).to_digit(16).unwrap_or_default();
                let value = value * 16 + digit;
                self.state = State::Digits(value, digits + 1);
                if digits == 3 {
                    let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                    self.out.write_all(character.encode_utf8(&mut [0; 4]).as_bytes())?;
                    self.state = State::Text;
                }
            }
            State::Closing => self.state = State::Message(0),
        }
        Ok(1)
    }
}

impl<W: Write> Write for Inlined<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = self.step(rest)?;
            rest = &rest[taken..];
        }
        Ok(bytes.len())
    }

    /// Ends the message.
    fn flush(&mut self) -> io::Result<()> {
        if let State::Message(come) = self.state {
            self.out.write_all(&WRITTEN[..come])?;
            self.state = State::Message(0);
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_keeps_its_digits_in_a_message() {
        let row = "{\"a\":\"x\\\"\\\\\u{e9}\",\t\"revenue\":922337203685477.5807}\r\n\u{b}";
        let message = json!({
            "text": "\"structuredContent\":{\"\u{1}json\":\"{}\"}",
            "structuredContent": value(row),
            "isError": false,
        });
        let message = message.to_string();
        let expected = format!("\"structuredContent\":{row},\"isError\":false}}");
        let whole = String::from_utf8(inlined(&message).into_owned()).unwrap();
        assert!(whole.ends_with(&expected), "{whole}");
        assert!(whole.starts_with(&message[..30]), "{whole}");
        // For any split into pieces.
        for length in 1..40 {
            let mut out = Inlined::new(Vec::new());
            for piece in message.as_bytes().chunks(length) {
                out.write_all(piece).unwrap();
            }
            out.flush().unwrap();
            assert_eq!(out.out, whole.as_bytes(), "{length}");
        }
    }

    #[test]
    fn other_messages_stay_unchanged() {
        for message in [
            r#"{"structuredContent":{"a":1}}"#,
            r#"{"structuredContent":{"structuredContent":{"#,
            r#"""structuredContent":{"\u0001jso"#,
            "",
        ] {
            assert_eq!(*inlined(message), *message.as_bytes());
            let mut out = Inlined::new(Vec::new());
            out.write_all(message.as_bytes()).and_then(|()| out.flush()).unwrap();
            assert_eq!(out.out, message.as_bytes());
        }
    }

    #[test]
    fn json_after_a_partial_match_is_found() {
        let message = r#"{"structuredContent":{"structuredContent":{"\u0001json":"{}"}}"#;
        assert_eq!(*inlined(message), *br#"{"structuredContent":{"structuredContent":{}}"#);
    }
}
