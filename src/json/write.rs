//! Writing JSON: one growing text into which values are copied once.

use alloc::string::String;

use crate::text::{decimal, push_digits};

/// Appends a text as a JSON string.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        if escape.is_empty() {
            out.push_str("\\u");
            push_digits(out, byte.into(), 16, 4);
        } else {
            out.push_str(escape);
        }
        plain = at + 1;
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    push_string(&mut out, text);
    out
}

/// A JSON object under construction.
pub struct Object<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> Object<'a> {
    /// Starts an object at the end of this text.
    pub fn open(out: &'a mut String) -> Self {
        out.push('{');
        Object { out, empty: true }
    }

    /// Starts a member and returns the text, to append its value.
    pub fn member(&mut self, name: &str) -> &mut String {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        push_string(self.out, name);
        self.out.push(':');
        self.out
    }

    /// A member that is a string.
    pub fn text(&mut self, name: &str, value: &str) {
        push_string(self.member(name), value);
    }

    /// A member whose value is already JSON.
    pub fn raw(&mut self, name: &str, json: &str) {
        self.member(name).push_str(json);
    }

    /// A member that is an integer.
    pub fn integer(&mut self, name: &str, value: i64) {
        self.raw(name, &decimal(value));
    }

    /// A member that is true or false.
    pub fn boolean(&mut self, name: &str, value: bool) {
        self.raw(name, if value { "true" } else { "false" });
    }

    /// A member that is an object.
    pub fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::open(self.member(name));
        fill(&mut inner);
        inner.close();
    }

    /// A member that is an array with an item for each of these.
    pub fn array<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        write: impl FnMut(&mut String, T),
    ) {
        push_array(self.member(name), items, write);
    }

    /// Ends the object.
    #[inline(never)]
    pub fn close(self) {
        self.out.push('}');
    }
}

/// Appends an array with an item for each of these.
pub fn push_array<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// The text of one object, filled by this function.
pub fn object(fill: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::new();
    let mut object = Object::open(&mut out);
    fill(&mut object);
    object.close();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_characters_that_are_invalid_in_json() {
        let mut out = String::new();
        push_string(&mut out, "a\"b\\c\n\u{1}é");
        assert_eq!(out, "\"a\\\"b\\\\c\\n\\u0001é\"");
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), "a\"b\\c\n\u{1}é");
    }
}
