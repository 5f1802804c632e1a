//! The quick way through a JSON object, for the members that nearly all of a row of Dataverse consists of.
//!
//! A package of its own because nearly all of the time that a large answer takes is spent here: it is built for speed, where the
//! rest of the component is built for size (`[profile.release.package]` in the workspace's `Cargo.toml`).
//!
//! It is one loop, with no other function called in it. A host that bounds a component's time has it look at the clock at the
//! beginning of each function and at each turn of each loop, and what has to be kept across these lies in memory and not in
//! registers: as functions and loops of the usual grain this took twice the time. Vectors of 16 bytes (`simd128`) were slower
//! too: the rows of a page are alike, so where a name ends is guessed right, and need not be waited for.
#![no_std]

/// How far a plain member may reach from where it begins, in bytes.
const WINDOW: usize = 128;

/// The most bytes that a plain string has, with the quote behind it: a GUID and some more.
const LONGEST: usize = 40;

/// Passes the plain members that begin here, each with the comma behind it, and gives where they end: at a member that is
/// not plain, at the last one of its object, or near the end of the text.
///
/// A member is plain when no space is in it, its name has at most 39 bytes and no escape, and its value is a string of the same
/// kind, a whole number of at most eight digits, `true`, `false` or `null`. What it passes is valid
/// ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)); of what it does not pass it says nothing.
// By itself, with nothing of its caller's that would have to be kept across the loop.
#[inline(never)]
pub fn plain_members(text: &[u8], mut at: usize) -> usize {
    while let Some(length) = text.get(at..).and_then(|rest| plain_member(rest.first_chunk()?)) {
        at += length;
    }
    at
}

// All of it in the one loop.
#[inline(always)]
fn plain_member(text: &[u8; WINDOW]) -> Option<usize> {
    let at = plain_string(text, 0)?;
    if byte(text, at) != b':' {
        return None;
    }
    let at = at + 1;
    let at = match byte(text, at) {
        b'n' => letters(text, at, *b"null")?,
        b'"' => plain_string(text, at)?,
        b'0'..=b'9' => whole_number(text, at)?,
        b't' => letters(text, at, *b"true")?,
        b'f' => letters(text, at + 1, *b"alse")?,
        _ => return None,
    };
    (byte(text, at) == b',').then_some(at + 1)
}

#[inline(always)]
fn plain_string(text: &[u8; WINDOW], at: usize) -> Option<usize> {
    let inside: &[u8; LONGEST] = text.get(at + 1..)?.first_chunk()?;
    if byte(text, at) != b'"' {
        return None;
    }
    let (eights, _) = inside.as_chunks();
    for (count, eight) in eights.iter().enumerate() {
        let ends = ends(u64::from_le_bytes(*eight));
        if ends != 0 {
            let end = at + 1 + 8 * count + (ends.trailing_zeros() / 8) as usize;
            return (byte(text, end) == b'"').then_some(end + 1);
        }
    }
    None
}

#[inline(always)]
fn whole_number(text: &[u8; WINDOW], at: usize) -> Option<usize> {
    let eight = *text.get(at..)?.first_chunk()?;
    let digits = digits(u64::from_le_bytes(eight));
    (digits == 1 || byte(text, at) != b'0').then_some(at + digits)
}

#[inline(always)]
fn letters(text: &[u8; WINDOW], at: usize, letters: [u8; 4]) -> Option<usize> {
    (*text.get(at..)?.first_chunk()? == letters).then_some(at + 4)
}

/// The byte at a place that is known to be in the window.
#[inline(always)]
fn byte(text: &[u8; WINDOW], at: usize) -> u8 {
    text[at % WINDOW]
}

const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGH: u64 = LOW << 7;

/// Marks the bytes that do not stand for themselves in a string, of eight in little-endian order: the lowest bit that is set
/// is the highest of the first of them.
#[inline]
pub const fn ends(eight: u64) -> u64 {
    let quote = eight ^ (LOW * b'"' as u64);
    let backslash = eight ^ (LOW * b'\\' as u64);
    let control = eight.wrapping_sub(LOW * 0x20) & !eight;
    (control | quote.wrapping_sub(LOW) & !quote | backslash.wrapping_sub(LOW) & !backslash) & HIGH
}

/// How many of eight bytes in little-endian order are digits before one that is not.
#[inline]
const fn digits(eight: u64) -> usize {
    // A digit is at most 9 above `0`: 0x76 more does not reach the highest bit, so that up to the first other byte none
    // carries into the next.
    let others = ((eight ^ (LOW * b'0' as u64)).wrapping_add(LOW * 0x76) | eight) & HIGH;
    (others.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::String;

    use super::*;

    /// How much of this member is passed with others behind it.
    fn passed(member: &str) -> usize {
        let text = format!("{member},{}", " ".repeat(WINDOW));
        plain_members(text.as_bytes(), 0)
    }

    #[test]
    fn passes_plain_members_of_every_length() {
        for length in 0..LONGEST {
            let text = "é0".repeat(LONGEST).chars().take(length).collect::<String>();
            let plain = text.len() < LONGEST;
            for value in ["null", "true", "false", "0", "7", "12345678", "\"\""] {
                let member = format!("\"{text}\":{value}");
                assert_eq!(passed(&member), if plain { member.len() + 1 } else { 0 }, "{member}");
            }
            let member = format!("\"a\":\"{text}\"");
            assert_eq!(passed(&member), if plain { member.len() + 1 } else { 0 }, "{member}");
        }
    }

    #[test]
    fn stops_at_what_is_not_plain_or_not_json() {
        for member in [
            "",
            "}",
            "a",
            "\"a\"",
            "\"a\" :1",
            "\"a\": 1",
            "\"a\":1 ",
            " \"a\":1",
            "\"a\":",
            "\"a\":01",
            "\"a\":00",
            "\"a\":-1",
            "\"a\":1.5",
            "\"a\":1e5",
            "\"a\":123456789",
            "\"a\":nul",
            "\"a\":nulll",
            "\"a\":tru ",
            "\"a\":fals",
            "\"a\":xalse",
            "\"a\":{}",
            "\"a\":[]",
            "\"a\":\"\\n\"",
            "\"\\u0061\":1",
            "\"a\":\"\n\"",
            "\"a\":\"\u{1f}\"",
            "\"a\":\"b\"c",
            "\"a\"\"b\"",
            "'a':1",
            "\"a\":1}",
            "\"a\";1",
            "\"a\":1\u{b2}",
        ] {
            assert_eq!(passed(member), 0, "{member}");
        }
    }

    #[test]
    fn passes_one_after_the_other_until_the_text_is_near_its_end() {
        let member = "\"name\":\"value\",";
        let text = member.repeat(100);
        let end = plain_members(text.as_bytes(), 0);
        assert!(end.is_multiple_of(member.len()) && text.len() - end < WINDOW, "{end}");
        assert_eq!(plain_members(text.as_bytes(), end), end);
        assert_eq!(plain_members(text.as_bytes(), text.len() + 1), text.len() + 1);
    }

    #[test]
    fn finds_the_first_byte_of_its_kind_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            let is_end = matches!(byte, b'"' | b'\\' | 0..0x20);
            for at in 0..8 {
                for other in [b' ', b'a', 0x7f, 0x80, 0xff] {
                    let mut eight = [other; 8];
                    eight[at] = byte;
                    let found = ends(u64::from_le_bytes(eight));
                    assert_eq!(found != 0, is_end, "{eight:?}");
                    if is_end {
                        // A quote behind it does not come first.
                        eight[7] = if at == 7 { byte } else { b'"' };
                        let first = ends(u64::from_le_bytes(eight)).trailing_zeros() / 8;
                        assert_eq!(first as usize, at, "{eight:?}");
                    }
                }
                for other in *b"059" {
                    let mut eight = [other; 8];
                    eight[at] = byte;
                    let expected = if byte.is_ascii_digit() { 8 } else { at };
                    assert_eq!(digits(u64::from_le_bytes(eight)), expected, "{eight:?}");
                }
            }
        }
    }
}
