//! Removes secrets from texts, however a server encodes them.
//!
//! Encodings can be nested, so it does not search for each encoded form; it decodes both text and
//! secret and compares them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::code_point;
use crate::text::{from_utf8_lossy, hexadecimal, number, split_once};

/// This many consecutive bytes reveal a secret, or half of a shorter one, but never fewer than
/// [`LEAST`].
const TELLING: usize = 12;

/// Fewer bytes would also match ordinary words, and the gaps would then reveal them.
const LEAST: usize = 6;

/// The text without the parts that reveal these secrets. A text whose decoded form reveals them is
/// returned decoded.
pub(super) fn without(text: &str, secrets: &[String]) -> String {
    let plain = redacted(text, secrets);
    // Also undecoded: a cut text may not decode like the whole.
    let mut bare_secrets = secrets.to_owned();
    for secret in secrets {
        let bare = undressed(secret);
        if bare != *secret {
            bare_secrets.push(bare);
        }
    }
    let bare = undressed(text);
    if bare == text && bare_secrets.len() == secrets.len() {
        return plain;
    }
    let bare = redacted(&bare, &bare_secrets);
    if undressed(&plain) == bare { plain } else { bare }
}

fn redacted(text: &str, secrets: &[String]) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let mut run = 0;
        for secret in secrets {
            run = run.max(telling_run(rest, secret.as_bytes()));
        }
        if run > 0 {
            out.extend_from_slice(b"[redacted]");
            rest = rest.get(run..).unwrap_or_default();
        } else {
            out.push(byte);
            rest = after;
        }
    }
    from_utf8_lossy(&out)
}

/// The number of bytes at the start of the text that also occur in the secret, if enough to reveal
/// it.
fn telling_run(text: &[u8], secret: &[u8]) -> usize {
    let mut longest = 0;
    let mut part = secret;
    while let Some((_, next)) = part.split_first() {
        longest = longest.max(part.iter().zip(text).take_while(|(a, b)| a == b).count());
        part = next;
    }
    if longest < (secret.len() / 2).clamp(LEAST, TELLING) { 0 } else { longest }
}

/// The text with percent codes, `+` for a space, and JSON and HTML escapes decoded, at any nesting.
fn undressed(text: &str) -> String {
    let mut dressed = text.to_owned();
    loop {
        let text = without_one_layer(&dressed);
        if text == dressed {
            return text;
        }
        dressed = text;
    }
}

fn without_one_layer(text: &str) -> String {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let after = chars.as_str();
        if c == '%'
            && let Some((hex, rest)) = after.split_at_checked(2)
            && let Some(byte @ 0x20..=0xff) = hexadecimal(hex)
        {
            out.push(byte as u8);
            chars = rest.chars();
            continue;
        }
        let bare = match c {
            '+' => Some((' ', after)),
            '\\' => escaped(after),
            '&' => entity(after),
            _ => None,
        };
        // A message must stay on one line.
        let (c, rest) = bare.filter(|(c, _)| !c.is_control()).unwrap_or((c, after));
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        chars = rest.chars();
    }
    from_utf8_lossy(&out)
}

/// The character of the JSON escape in this text after the `\`, and the rest.
fn escaped(text: &str) -> Option<(char, &str)> {
    match text.strip_prefix('u') {
        Some(digits) => code_point(digits),
        None => {
            let mut chars = text.chars();
            let c = chars.next().filter(|c| matches!(c, '"' | '\\' | '/'))?;
            Some((c, chars.as_str()))
        }
    }
}

/// The character of the HTML entity in this text after the `&`, and the rest.
fn entity(text: &str) -> Option<(char, &str)> {
    let (name, rest) = split_once(text, ";")?;
    let c = match (name, name.strip_prefix("#")) {
        ("amp", _) => '&',
        ("lt", _) => '<',
        ("gt", _) => '>',
        ("quot", _) => '"',
        ("apos", _) => '\'',
        (_, digits) => {
            let digits = digits?;
            let code = match digits.strip_prefix("x").or_else(|| digits.strip_prefix("X")) {
                Some(hex) => hexadecimal(hex),
                None => number(digits).and_then(|code| code.try_into().ok()),
            };
            char::from_u32(code?)?
        }
    };
    Some((c, rest))
}
