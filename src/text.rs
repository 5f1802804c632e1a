//! Searching, splitting and filling in texts with little code: with a pattern of several
//! characters, `str` would add 3 KB of search code for long texts, and 4 KB more for a single
//! character; `format!` would add 4 KB.

mod numerals;
pub mod percent;

use alloc::borrow::ToOwned;
use alloc::string::String;

pub use numerals::{counted, decimal, number};
pub(crate) use numerals::{hexadecimal, push_digits};

/// The position of the first occurrence of this nonempty part in the text.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    (0..text.len()).find(|&at| text.get(at..).is_some_and(|rest| rest.starts_with(part)))
}

/// The text before and after the first occurrence of this part.
pub(crate) fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, part)?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// The text before this part, or the whole text without it.
pub(crate) fn take_until<'a>(text: &'a str, part: &str) -> &'a str {
    split_once(text, part).map_or(text, |(before, _)| before)
}

/// The parts of the text between these separators.
pub(crate) fn split<'a>(text: &'a str, between: &str) -> impl Iterator<Item = &'a str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || take_part(&mut rest, between))
}

fn take_part<'a>(rest: &mut Option<&'a str>, between: &str) -> Option<&'a str> {
    let text = (*rest)?;
    let cut = split_once(text, between);
    *rest = cut.map(|(_, after)| after);
    Some(cut.map_or(text, |(part, _)| part))
}

/// Whether the text contains this ASCII character.
#[inline(never)]
pub(crate) fn contains(text: &str, byte: u8) -> bool {
    text.bytes().any(|found| found == byte)
}

/// Whether this is white space. The standard library uses a table of 256 bytes for it.
pub(crate) fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r'
            | ' '
            | '\u{85}'
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
    )
}

/// The text without the space around it.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The text before and after the last occurrence of this ASCII character.
pub(crate) fn rsplit_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|found| found == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The text with all occurrences of this part replaced.
pub(crate) fn replace(text: &str, part: &str, other: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = split_once(rest, part) {
        out.push_str(before);
        out.push_str(other);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The first characters up to this number, if the text is longer.
pub(crate) fn first_chars(text: &str, characters: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(characters)?;
    text.get(..end)
}

/// The text, cut to this many characters; a cut text ends in `…`.
pub(crate) fn bounded(text: &str, limit: usize) -> String {
    match first_chars(text, limit) {
        None => text.to_owned(),
        Some(_) => first_chars(text, limit.saturating_sub(1)).unwrap_or_default().to_owned() + "…",
    }
}

/// The text of bytes, with U+FFFD in place of invalid UTF-8.
pub fn from_utf8_lossy(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    loop {
        let error = match core::str::from_utf8(bytes) {
            Ok(text) => return out + text,
            Err(error) => error,
        };
        let (good, rest) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
        out.push_str(core::str::from_utf8(good).unwrap_or_default());
        out.push('\u{fffd}');
        let Some(length) = error.error_len() else { return out };
        bytes = rest.get(length..).unwrap_or_default();
    }
}

/// The text with each `{}` replaced by these values in turn: like `format!`, in a tenth of its
/// code. A text with another number of placeholders does not compile.
#[macro_export]
macro_rules! filled {
    ($text:literal, &[$($value:expr),* $(,)?] $(,)?) => {{
        const {
            let values: &[&str] = &[$(stringify!($value)),*];
            assert!($crate::text::places($text) == values.len(), "a value for each place");
        }
        $crate::text::fill($text, &[$($value),*])
    }};
}
pub use crate::filled;

/// The number of placeholders of a text for [`filled!`].
pub const fn places(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut places = 0;
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at - 1] == b'{' && bytes[at] == b'}' {
            places += 1;
        }
        at += 1;
    }
    places
}

/// The work of [`filled!`], once.
#[doc(hidden)]
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = text;
    for value in values {
        let (before, after) = split_once(rest, "{}").unwrap_or((rest, ""));
        out.push_str(before);
        out.push_str(value);
        rest = after;
    }
    out + rest
}

/// Joins texts with this separator.
pub(crate) fn join(texts: &[&str], between: &str) -> String {
    let mut out = String::new();
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            out.push_str(between);
        }
        out.push_str(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_a_part_is_first_or_last() {
        assert_eq!(split_once("a://b://c", "://"), Some(("a", "b://c")));
        assert_eq!((split_once("abc", "://"), split_once("", "x")), (None, None));
        assert_eq!((take_until("é?b?c", "?"), take_until("ab", "?")), ("é", "ab"));
        assert_eq!(rsplit_once("é:b:c", b':'), Some(("é:b", "c")));
        assert_eq!(rsplit_once("abc", b':'), None);
    }

    #[test]
    fn replaces_every_place() {
        for (text, part, other) in [("a'b''c", "'", "''"), ("…", "…", ""), ("aaa", "aa", "b")] {
            assert_eq!(replace(text, part, other), text.replace(part, other));
        }
    }

    #[test]
    fn recognizes_space_like_the_standard_library() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_space(c), c.is_whitespace(), "{c:?}");
        }
    }

    #[test]
    fn trims_like_the_standard_library() {
        for text in ["", " ", "a", "\t é \u{3000}b\u{2003}\r\n", "\u{feff}x\u{85}", " é "] {
            assert_eq!(trim(text), text.trim());
        }
    }

    #[test]
    fn splits_a_text() {
        for text in ["a/b", "/a//b/", "", "ab"] {
            assert!(split(text, "/").eq(text.split('/')), "{text}");
            assert_eq!(contains(text, b'/'), text.contains('/'));
        }
    }

    #[test]
    fn fills_each_place_once() {
        assert_eq!(filled!("a {}, {}", &["{}", "b"]), "a {}, b");
        assert_eq!(filled!("a{b}", &[]), "a{b}");
    }

    #[test]
    fn reads_bytes_like_the_standard_library() {
        for bytes in [&b"plain"[..], b"\xff", b"a\xc3\xa9\xc3", b"\xf0\x9f\x98!\xed\xa0\x80", b""] {
            assert_eq!(from_utf8_lossy(bytes), String::from_utf8_lossy(bytes));
        }
    }
}
