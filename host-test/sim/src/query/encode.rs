//! Text for links.

use percent_encoding::{AsciiSet, utf8_percent_encode};

/// What is encoded in the URL; `=` and `/` are left.
const URL: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'%')
    .add(b'&')
    .add(b'#')
    .add(b'+');

/// Text for a URL, encoded as little as it can be: links are not encoded further than documentation shows.
pub(crate) fn url_text(text: &str) -> String {
    utf8_percent_encode(text, URL).to_string()
}
