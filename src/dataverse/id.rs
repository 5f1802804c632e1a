//! Row ids, checked on construction: an unchecked one could change the path that contains it.

mod sha256;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::text::{push_digits, trim};

/// The id of a row: 32 hexadecimal digits in lower case, in groups of 8-4-4-4-12.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guid(String);

impl Guid {
    /// Reads an id; accepts braces, upper case and surrounding space.
    pub fn parse(text: &str) -> Option<Guid> {
        let text = trim(text);
        let text = match text.strip_prefix('{') {
            Some(inner) => inner.strip_suffix('}')?,
            None => text,
        };
        let well_formed = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        well_formed.then(|| Guid(text.to_ascii_lowercase()))
    }

    /// A new id from 16 random bytes: version 4 of [RFC
    /// 9562](https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4).
    pub fn from_random(bytes: [u8; 16]) -> Guid {
        Guid::of(bytes, 4)
    }

    /// The fixed id of a name: version 8 with SHA-256, as in the
    /// [example](https://www.rfc-editor.org/rfc/rfc9562#name-example-of-a-uuidv8-value-na) of
    /// RFC 9562.
    ///
    /// It contains 122 bits of the digest: finding a name for an existing id is infeasible, and
    /// finding two names with the same id takes about 2^61 attempts.
    pub(crate) fn from_name(space: u128, name: &str) -> Guid {
        let mut named = Vec::from(space.to_be_bytes());
        named.extend_from_slice(name.as_bytes());
        let mut bytes = [0; 16];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(&sha256::digest(&named)) {
            *bytes = word.to_be_bytes();
        }
        Guid::of(bytes, 8)
    }

    #[inline(never)]
    fn of(mut bytes: [u8; 16], version: u8) -> Guid {
        bytes[6] = bytes[6] & 0x0f | version << 4;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = String::new();
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            push_digits(&mut text, u64::from(*byte), 16, 2);
        }
        Guid(text)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "a56b3f4b-1be7-e611-8101-e0071b6af231";

    #[test]
    fn accepts_braces_case_and_space() {
        for text in [ID, " {A56B3F4B-1BE7-E611-8101-E0071B6AF231} "] {
            assert_eq!(Guid::parse(text).unwrap().as_str(), ID);
        }
    }

    #[test]
    fn refuses_text_that_would_change_a_path() {
        for text in ["", "{", "x", "a56b3f4b1be7e6118101e0071b6af231", &ID.replace('4', ")")] {
            assert_eq!(Guid::parse(text), None, "{text}");
        }
        assert_eq!(Guid::parse(&std::format!("{{{ID}")), None);
        assert_eq!(Guid::parse("éa56b3f-1be7-e611-8101-e0071b6af231"), None);
    }

    #[test]
    fn makes_ids_of_version_4() {
        assert_eq!(Guid::from_random([0xff; 16]).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(Guid::from_random([0; 16]).as_str(), "00000000-0000-4000-8000-000000000000");
        let id = Guid::from_random([7; 16]);
        assert_eq!(Guid::parse(id.as_str()), Some(id));
    }

    #[test]
    fn makes_ids_of_names_like_the_rfc() {
        const DNS: u128 = 0x6ba7b810_9dad_11d1_80b4_00c04fd430c8;
        let id = Guid::from_name(DNS, "www.example.com");
        assert_eq!(id.as_str(), "5c146b14-3c52-8afd-938a-375d0df1fbf6");
    }
}
