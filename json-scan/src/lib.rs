//! The fast path through a JSON object, for the kinds of members that make up nearly all of a
//! Dataverse row.
//!
//! It is a separate package because large answers spend nearly all their time here: it is compiled
//! for speed, the rest of the component for size (`[profile.release.package]` in the workspace's
//! `Cargo.toml`).
//!
//! It is one loop that calls no other function. A host that limits a component's time inserts a
//! check at the start of each function and each loop iteration, and values that live across a check
//! are in memory rather than in registers: split into functions and loops of the usual size, this
//! code took twice the time. 16-byte vectors (`simd128`) were also slower: the rows of a page are
//! alike, so the processor predicts the end of a name correctly without waiting for it.
#![no_std]

/// The maximum length of a plain member, in bytes.
const WINDOW: usize = 128;

/// The maximum length of a plain string with its closing quote, in bytes: a GUID and a few more.
const LONGEST: usize = 40;

/// A name that no member has.
pub const NO_NAME: &[u8] = b"\"";

/// Skips the plain members that start here, each with its comma, and returns the position after
/// them: at a member with this name or one that is not plain, at the last one of its object, or
/// near the end of the text.
///
/// A member is plain if it contains no space, its name has at most 39 bytes and no escape, and its
/// value is a string of the same kind, a whole number of at most eight digits, `true`, `false` or
/// `null`. Skipped members are valid ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)); the rest
/// is not checked.
// Not inlined, so that no values of the caller live across the loop.
#[inline(never)]
pub fn plain_members(text: &[u8], mut at: usize, before: &[u8]) -> usize {
    while let Some(length) =
        text.get(at..).and_then(|rest| plain_member(rest.first_chunk()?, before))
    {
        at += length;
    }
    at
}

// Inlined into the one loop.
#[inline(always)]
fn plain_member(text: &[u8; WINDOW], before: &[u8]) -> Option<usize> {
    let at = plain_string(text, 0)?;
    if byte(text, at) != b':' || text.get(1..at - 1)? == before {
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

/// The byte at a position known to be in the window.
#[inline(always)]
fn byte(text: &[u8; WINDOW], at: usize) -> u8 {
    text[at % WINDOW]
}

const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGH: u64 = LOW << 7;

/// Marks those of eight bytes, in little-endian order, that cannot occur unescaped in a string: the
/// lowest set bit is the highest bit of the first of them.
#[inline]
pub const fn ends(eight: u64) -> u64 {
    let quote = eight ^ (LOW * b'"' as u64);
    let backslash = eight ^ (LOW * b'\\' as u64);
    let control = eight.wrapping_sub(LOW * 0x20) & !eight;
    (control | quote.wrapping_sub(LOW) & !quote | backslash.wrapping_sub(LOW) & !backslash) & HIGH
}

/// The number of leading digits in eight bytes, in little-endian order.
#[inline]
const fn digits(eight: u64) -> usize {
    // A digit is at most 9 above `0`. Adding 0x76 does not reach the highest bit, so no byte before
    // the first non-digit carries into the next.
    let others = ((eight ^ (LOW * b'0' as u64)).wrapping_add(LOW * 0x76) | eight) & HIGH;
    (others.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::borrow::ToOwned;
    use std::format;
    use std::string::String;

    use super::*;

    /// The number of bytes skipped when this member is followed by others.
    fn passed(member: &str) -> usize {
        let text = format!("{member},{}", " ".repeat(WINDOW));
        plain_members(text.as_bytes(), 0, NO_NAME)
    }

    #[test]
    fn skips_plain_members_of_every_length() {
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
    fn stops_at_members_that_are_not_plain_or_not_json() {
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
    fn skips_members_until_near_the_end_of_the_text() {
        let member = "\"name\":\"value\",";
        let text = member.repeat(100);
        let end = plain_members(text.as_bytes(), 0, NO_NAME);
        assert!(end.is_multiple_of(member.len()) && text.len() - end < WINDOW, "{end}");
        assert_eq!(plain_members(text.as_bytes(), end, NO_NAME), end);
        assert_eq!(plain_members(text.as_bytes(), text.len() + 1, NO_NAME), text.len() + 1);
    }

    #[test]
    fn stops_at_the_member_with_a_name() {
        let text =
            "\"a\":1,\"ab\":2,\"\":3,\"b\":\"a\",\"a\":null,".to_owned() + &" ".repeat(WINDOW);
        let before = |name: &str, at| plain_members(text.as_bytes(), at, name.as_bytes());
        for (name, at, end) in [("a", 0, 0), ("a", 6, 26), ("ab", 0, 6), ("b", 0, 18), ("", 0, 13)]
        {
            assert_eq!(before(name, at), end, "{name}");
        }
        assert_eq!(before("c", 0), plain_members(text.as_bytes(), 0, NO_NAME));
    }

    #[test]
    fn finds_the_first_byte_of_its_kind_at_any_position() {
        for byte in 0..=u8::MAX {
            let is_end = matches!(byte, b'"' | b'\\' | 0..0x20);
            for at in 0..8 {
                for other in [b' ', b'a', 0x7f, 0x80, 0xff] {
                    let mut eight = [other; 8];
                    eight[at] = byte;
                    let found = ends(u64::from_le_bytes(eight));
                    assert_eq!(found != 0, is_end, "{eight:?}");
                    if is_end {
                        // A later quote is not the first.
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
