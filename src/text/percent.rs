//! Percent-coding ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2.1)).

use alloc::string::String;

/// Appends a value to a URL, percent-encoded: everything except the [unreserved
/// characters](https://www.rfc-editor.org/rfc/rfc3986#section-2.3), and some that read better
/// unencoded and have no meaning inside a query (`'`, `(`, `)`, `*`, `,`).
pub fn push_encoded(url: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => url.push(byte.into()),
            b'-' | b'_' | b'.' | b'~' | b'\'' | b'(' | b')' | b'*' | b',' => url.push(byte.into()),
            _ => push_percent(url, byte),
        }
    }
}

/// Appends a byte to a URL as `%` and two hexadecimal digits.
#[inline(never)]
pub(crate) fn push_percent(url: &mut String, byte: u8) {
    url.push('%');
    for digit in [byte >> 4, byte & 0x0f] {
        let digit = char::from_digit(digit.into(), 16).unwrap_or('0');
        url.push(digit.to_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_characters_that_would_end_the_option() {
        let mut url = String::new();
        push_encoded(&mut url, "name eq 'a&b+c#d%é'");
        assert_eq!(url, "name%20eq%20'a%26b%2Bc%23d%25%C3%A9'");
    }
}
