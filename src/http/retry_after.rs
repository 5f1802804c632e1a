//! `Retry-After` ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)).

use crate::text::{number, split_once, trim};
use crate::time::Moment;

/// The requested wait from `now` in seconds, rounded up: a number, with or without a fraction, or a
/// date. `None` if it requests no wait.
pub(super) fn seconds(value: &str, now: i64) -> Option<u32> {
    let value = trim(value);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = split_once(value, ".").unwrap_or((value, "0"));
    let seconds = match (is_number(whole), is_number(fraction)) {
        (true, true) => {
            let more = fraction.bytes().any(|digit| digit != b'0');
            number(whole).unwrap_or(i64::MAX).saturating_add(more.into())
        }
        _ => Moment::parse_http(value)?.0.saturating_sub(now),
    };
    (seconds > 0).then(|| u32::try_from(seconds).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        let read = |value| seconds(value, 784_111_770);
        assert_eq!(read(" 17 "), Some(17));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(read("99999999999999"), Some(u32::MAX));
        assert_eq!(read("99999999999999999999.5"), Some(u32::MAX));
        for (text, seconds) in [("2.5", 3), ("2.0", 2), ("0.2", 1), ("59.001", 60)] {
            assert_eq!(read(text), Some(seconds), "{text}");
        }
        for text in [
            "",
            "-1",
            "0",
            "0.0",
            "soon",
            ".",
            "1.",
            "1.5s",
            "1,5",
            "Sun, 06 Nov 1993 08:49:37 GMT",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
