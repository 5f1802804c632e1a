//! A readable excerpt of a body that is not JSON.

use alloc::string::String;
use alloc::vec::Vec;

use super::header;
use crate::text::{bounded, filled, find, from_utf8_lossy, is_space, trim};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Removes one byte order mark, which some layers put before their text.
pub(crate) fn without_byte_order_mark(body: &mut Vec<u8>) {
    if body.starts_with(BYTE_ORDER_MARK) {
        let from = BYTE_ORDER_MARK.len();
        body.copy_within(from.., 0);
        body.truncate(body.len() - from);
    }
}

/// The content coding of a body that is not text. A host that decodes bodies may keep the header,
/// so text counts as text.
pub(crate) fn coding(headers: &[(String, String)], body: &[u8]) -> Option<String> {
    if core::str::from_utf8(body).is_ok() {
        return None;
    }
    let named = header(headers, "content-encoding").map(trim);
    let named = named.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
    let coding = named.or_else(|| body.starts_with(b"\x1f\x8b").then_some("gzip"))?;
    Some(filled!("a body in the coding `{}`, which was not asked for", &[&bounded(coding, 40)]))
}

/// The part of a body that is read, in bytes.
const LOOKED_AT: usize = 64 * 1024;

/// The start of a body as text.
pub(crate) fn beginning(body: &[u8]) -> String {
    from_utf8_lossy(body.get(..LOOKED_AT).unwrap_or(body))
}

/// The title of a web page.
pub(crate) fn web_page(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    // A tag may have attributes.
    let tag = find(&lower, "<title")?;
    let from = tag + find(lower.get(tag..)?, ">")? + 1;
    let to = from + find(lower.get(from..)?, "</title>")?;
    let title = in_one_line(text.get(from..to)?);
    Some(filled!("a page with the title `{}`", &[&bounded(&title, 200)]))
}

/// Describes a body: its coding, its title, or else its start.
pub(crate) fn summary(headers: &[(String, String)], body: &[u8]) -> String {
    if let Some(coding) = coding(headers, body) {
        return coding;
    }
    let text = beginning(body);
    web_page(&text).unwrap_or_else(|| bounded(&in_one_line(&text), 200))
}

/// The start of a text, with single spaces.
fn in_one_line(text: &str) -> String {
    let mut words = String::new();
    let mut word_ended = false;
    for c in text.chars() {
        if is_space(c) {
            word_ended = !words.is_empty();
            if words.len() > 200 {
                break;
            }
        } else {
            if core::mem::take(&mut word_ended) {
                words.push(' ');
            }
            words.push(c);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;

    #[test]
    fn removes_one_byte_order_mark() {
        for (body, rest) in
            [("\u{feff}{}", "{}"), ("\u{feff}\u{feff}{}", "\u{feff}{}"), ("{}", "{}"), ("", "")]
        {
            let mut body = body.as_bytes().to_owned();
            without_byte_order_mark(&mut body);
            assert_eq!(body, rest.as_bytes());
        }
    }

    #[test]
    fn names_the_coding_of_a_body_that_is_not_text() {
        let headers = |coding: &str| [("content-encoding".to_owned(), coding.to_owned())];
        let zipped = b"\x1f\x8b\x08\x00";
        let named = |coding| self::coding(&headers(coding), b"\x8b\x01").unwrap();
        assert_eq!(named("br"), "a body in the coding `br`, which was not asked for");
        assert_eq!(
            coding(&[], zipped).unwrap(),
            "a body in the coding `gzip`, which was not asked for"
        );
        assert_eq!(coding(&headers(" Identity"), b"\xff"), None);
        assert_eq!(coding(&headers("gzip"), b"{}"), None);
    }

    #[test]
    fn finds_the_title_of_a_page() {
        for (text, title) in [
            ("<html><TITLE>502 Bad\n Gateway</TITLE>", Some("502 Bad Gateway")),
            ("<title lang=\"en\" >\u{130} in</title>", Some("\u{130} in")),
            ("<title>no end", None),
            ("<title", None),
            ("", None),
        ] {
            let title = title.map(|title| filled!("a page with the title `{}`", &[title]));
            assert_eq!(web_page(text), title, "{text}");
        }
    }
}
