//! `Retry-After` ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)).

use crate::text::{number, trim};
use crate::time::Moment;

/// The seconds from `now` that a value asks to wait: it is a number, or a date.
pub(super) fn seconds(value: &str, now: i64) -> Option<u32> {
    let value = trim(value);
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = number(value).and_then(|seconds| u32::try_from(seconds).ok());
        return Some(seconds.unwrap_or(u32::MAX));
    }
    let seconds = Moment::parse_http(value)?.0.saturating_sub(now);
    Some(u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms() {
        let read = |value| seconds(value, 784_111_770);
        assert_eq!(read("17"), Some(17));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(read("Sun, 06 Nov 1993 08:49:37 GMT"), Some(0));
        assert_eq!(read("99999999999999"), Some(u32::MAX));
        for text in ["", "-1", "0.2", "soon"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
