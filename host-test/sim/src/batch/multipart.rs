//! Reads `multipart/mixed` (RFC 2046).

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use super::header;

/// One part: its headers, and the content after the blank line.
pub(super) struct Part {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Part {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        header(&self.headers, name).map(|value| value.trim().to_owned())
    }
}

/// The boundary in a `Content-Type: multipart/mixed; boundary="batch_x"`, with or without quotes.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = header(headers, CONTENT_TYPE.as_str())?;
    let mut parameters = value.split(';').map(str::trim);
    if !parameters.next()?.eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty())
            .then(|| value.to_owned())
    })
}

/// The parts between boundaries; `None` without a first part or a closing boundary.
pub(super) fn parts(body: &Bytes, boundary: &str) -> Option<Vec<Part>> {
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut start: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let closing = text.strip_prefix(delimiter.as_bytes());
        if let Some(rest) = closing.filter(|rest| rest.is_empty() || *rest == b"--") {
            if let Some(start) = start {
                parts.push(part(&body.slice(start..at)));
            }
            start = Some(at + line.len());
            if rest == b"--" {
                return Some(parts).filter(|parts| !parts.is_empty());
            }
        }
        at += line.len();
    }
    None
}

fn part(bytes: &Bytes) -> Part {
    let (headers, body) = head(bytes);
    Part { headers, body }
}

/// Header lines up to the first blank line, and the rest.
pub(super) fn head(bytes: &Bytes) -> (HeaderMap, Bytes) {
    let mut headers = HeaderMap::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
        if text.is_empty() {
            break;
        }
        let Some((name, value)) = text.split_once(':') else { continue };
        let name = HeaderName::try_from(name.trim());
        let value = HeaderValue::from_str(value.trim());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    (headers, bytes.slice(at..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_parts_with_any_line_ends() {
        for end in ["\r\n", "\n"] {
            let text = ["--b", "A: 1", "", "one", "--b", "", "two", "--b--", ""].join(end);
            let parts = parts(&Bytes::from(text), "b").unwrap();
            assert_eq!(parts.len(), 2);
            assert_eq!(parts[0].header("a").unwrap(), "1");
            assert_eq!(parts[0].body.trim_ascii(), b"one");
            assert_eq!(parts[1].body.trim_ascii(), b"two");
        }
        assert!(parts(&Bytes::from_static(b"--b\r\n\r\none\r\n"), "b").is_none());
    }

    #[test]
    fn reads_a_boundary_with_or_without_quotes() {
        for value in ["multipart/mixed; boundary=\"a b\"", "Multipart/Mixed;Boundary=a b"] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, value.parse().unwrap());
            assert_eq!(boundary(&headers).unwrap(), "a b");
        }
    }
}
