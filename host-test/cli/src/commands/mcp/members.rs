//! Splits JSON without parsing values: they stay as written, to the last digit.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

/// The members of an object in order, with each value as written.
pub(super) type Members<'a> = Vec<(String, &'a RawValue)>;

/// The members of an object; `None` for anything else.
pub(super) fn members(json: &str) -> Option<Members<'_>> {
    let mut members = Members::new();
    read_members(json, &mut members).ok().map(|()| members)
}

/// Reads members one by one: after an error, the members before it are available.
pub(super) fn read_members<'a>(
    json: &'a str,
    members: &mut Members<'a>,
) -> Result<(), serde_json::Error> {
    let mut deserializer = Deserializer::from_str(json);
    Into(members).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Yields the items of an array one by one, because a list of them may need more memory than the
/// array. `None` for anything else, which may become apparent only after some items.
pub(super) fn each_item(json: &str, take: impl FnMut(&RawValue)) -> Option<()> {
    Deserializer::from_str(json).deserialize_seq(Items(take)).ok()
}

/// A text, decoded; `None` for anything else.
pub(super) fn text(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An object from members that are already JSON.
pub(super) fn object<N: AsRef<str>, V: fmt::Display>(
    members: impl IntoIterator<Item = (N, V)>,
) -> String {
    let mut json = String::from("{");
    for (name, value) in members {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&quoted(name.as_ref()));
        json.push(':');
        json.push_str(&value.to_string());
    }
    json.push('}');
    json
}

/// The name of a value's type in messages.
pub(super) fn kind(json: &str) -> &'static str {
    match json.trim_start().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

struct Items<F>(F);

impl<'a, F: FnMut(&RawValue)> Visitor<'a> for Items<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            (self.0)(item);
        }
        Ok(())
    }
}

struct Into<'s, 'a>(&'s mut Members<'a>);

impl<'a> DeserializeSeed<'a> for Into<'_, 'a> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Into<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if self.0.len() == MOST {
                return Err(M::Error::custom("too many members"));
            }
            self.0.push((name, map.next_value()?));
        }
        Ok(())
    }
}

/// Twenty times the maximum number of columns of a row.
const MOST: usize = 20_000;

/// The text with U+FFFD in place of each unpaired surrogate, which is not Unicode.
pub(super) fn unicode(json: &str) -> Cow<'_, str> {
    let mut out = String::new();
    // The text before is already in `out`.
    let mut from = 0;
    let mut at = 0;
    while let Some(next) = json[at..].find('\\') {
        at += next;
        let (length, unit) = escape(&json[at..]);
        let end = at + length;
        let is_half = match unit {
            Some(0xD800..=0xDBFF) => match low(&json[end..]) {
                Some(low) => {
                    at = end + low;
                    continue;
                }
                None => true,
            },
            Some(0xDC00..=0xDFFF) => true,
            _ => false,
        };
        if is_half {
            out.push_str(&json[from..at]);
            out.push_str("\\ufffd");
            from = end;
        }
        at = end;
    }
    if from == 0 {
        return Cow::Borrowed(json);
    }
    out.push_str(&json[from..]);
    Cow::Owned(out)
}

/// The length of the second half of a surrogate pair at the start of the text.
fn low(text: &str) -> Option<usize> {
    let (length, unit) = text.starts_with('\\').then(|| escape(text))?;
    matches!(unit, Some(0xDC00..=0xDFFF)).then_some(length)
}

/// The length of an escape, and its UTF-16 unit, if it is a Unicode escape.
fn escape(text: &str) -> (usize, Option<u16>) {
    let hex = text.get(2..6).filter(|_| text.as_bytes().get(1) == Some(&b'u'));
    match hex.and_then(|hex| u16::from_str_radix(hex, 16).ok()) {
        Some(unit) => (6, Some(unit)),
        None => (text.char_indices().nth(2).map_or(text.len(), |(at, _)| at), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_digits() {
        let members = members(r#"{"revenue":922337203685477.5807,"a":1e400}"#).unwrap();
        assert_eq!(members[0].1.get(), "922337203685477.5807");
        assert_eq!(object(members), r#"{"revenue":922337203685477.5807,"a":1e400}"#);
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced_and_a_whole_one_is_kept() {
        for (json, expected) in [
            (r#""\ud83d\ude00 \\ud83d \n""#, r#""\ud83d\ude00 \\ud83d \n""#),
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (r#""\ud83dx\uDE00""#, r#""\ufffdx\ufffd""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
        ] {
            assert_eq!(unicode(json), expected);
            text(expected).unwrap();
        }
    }
}
