//! Splits text at separators outside quotes and parentheses.

/// The parts of the text between top-level separators. Quotes are single, and doubled inside a
/// literal.
pub(crate) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0_i32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ if c == separator && !quoted && depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_quotes_and_parentheses_whole() {
        let parts = split("a($select=x,y;$filter=n eq 'it''s, (so'),b", ',');
        assert_eq!(parts, ["a($select=x,y;$filter=n eq 'it''s, (so')", "b"]);
        assert_eq!(split("", ','), [""]);
    }
}
