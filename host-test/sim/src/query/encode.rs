//! Encodes text for links.

use percent_encoding::{AsciiSet, utf8_percent_encode};

/// The characters that are encoded in a URL, without `=` and `/`.
const URL: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'%')
    .add(b'&')
    .add(b'#')
    .add(b'+');

/// Encodes text for a URL, as little as the documentation shows.
pub(crate) fn url_text(text: &str) -> String {
    utf8_percent_encode(text, URL).to_string()
}
