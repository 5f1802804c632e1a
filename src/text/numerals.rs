//! Numbers to text and back, with little code: the standard library's formatting would add 4 KB to
//! the component.

use alloc::string::String;

/// A number in decimal digits.
pub fn decimal(number: impl Into<i64>) -> String {
    signed(number.into())
}

#[inline(never)]
fn signed(number: i64) -> String {
    let mut out = String::new();
    if number < 0 {
        out.push('-');
    }
    push_digits(&mut out, number.unsigned_abs(), 10, 1);
    out
}

/// A count in decimal digits.
pub fn counted(number: usize) -> String {
    let mut out = String::new();
    push_digits(&mut out, number as u64, 10, 1);
    out
}

/// Appends a number in this base, in lower case, with leading zeros up to this width.
#[inline(never)]
pub(crate) fn push_digits(out: &mut String, number: u64, base: u32, width: u32) {
    let (high, low) = (number / u64::from(base), number % u64::from(base));
    if high > 0 || width > 1 {
        push_digits(out, high, base, width.saturating_sub(1));
    }
    out.push(char::from_digit(low as u32, base).unwrap_or('0'));
}

/// The number in this text: decimal digits, with or without a sign.
pub fn number(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes() {
        [sign @ (b'-' | b'+'), digits @ ..] => (*sign, digits),
        digits => (b'+', digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut number = 0_u64;
    for &byte in digits {
        if !byte.is_ascii_digit() || number > i64::MAX as u64 / 10 {
            return None;
        }
        number = number * 10 + u64::from(byte - b'0');
    }
    if sign == b'-' { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() }
}

/// The number in this text: hexadecimal digits, in either case.
#[inline(never)]
pub(crate) fn hexadecimal(text: &str) -> Option<u32> {
    let mut number = 0_u32;
    for c in text.chars() {
        number = number.checked_mul(16)? + c.to_digit(16)?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn writes_numbers_like_the_standard_library() {
        for value in [0, 7, 10, -1, 1_000_000_007, i64::MAX, i64::MIN] {
            assert_eq!(decimal(value), value.to_string());
        }
        assert_eq!(counted(usize::MAX), usize::MAX.to_string());
        for value in [0_u64, 9, 0x1f, 0xffff_ffff] {
            let [mut padded, mut hexadecimal] = [const { String::new() }; 2];
            push_digits(&mut padded, value, 10, 4);
            push_digits(&mut hexadecimal, value, 16, 8);
            assert_eq!((padded, hexadecimal), (format!("{value:04}"), format!("{value:08x}")));
        }
    }

    #[test]
    fn reads_numbers_like_the_standard_library() {
        for text in [
            "0",
            "-0",
            "+5",
            "007",
            "",
            "-",
            "+",
            "--1",
            "1 ",
            "1.0",
            "é",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "92233720368547758070",
            "36893488147419103233",
        ] {
            assert_eq!(number(text), text.parse().ok(), "{text}");
        }
    }
}
