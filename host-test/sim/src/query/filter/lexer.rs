//! The tokens of a `$filter`.

use crate::problem::Problem;

/// A token and its position, in characters of the decoded text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its position.
    pub(crate) at: usize,
}

/// The kinds of tokens.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// One of `( ) , / : = [ ]`
    Sign(char),
    /// `'it''s'`, without its quotes.
    Literal(String),
    /// A name, an operator, a number, a date, a GUID, `@p1`.
    Word(String),
}

/// Splits the text into tokens.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = characters.get(at).copied() {
        let start = at;
        let kind = match c {
            _ if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' | ')' | ',' | '/' | ':' | '=' | '[' | ']' => {
                at += 1;
                Kind::Sign(c)
            }
            '\'' | '"' => {
                let (literal, end) = literal(&characters, at).ok_or_else(|| {
                    // The position is that of the end of the text: 21 in the documented example
                    // with 21 characters.
                    Problem::unterminated_literal(characters.len(), text)
                })?;
                at = end;
                Kind::Literal(literal)
            }
            _ => {
                // Dates contain colons; names do not.
                let number = c.is_ascii_digit() || c == '-';
                while characters.get(at).is_some_and(|c| word(*c) || (number && *c == ':')) {
                    at += 1;
                }
                if at == start {
                    return Err(Problem::bad_url(format!(
                        "Syntax error at position {at} in '{text}'."
                    )));
                }
                Kind::Word(characters.get(start..at).unwrap_or_default().iter().collect())
            }
        };
        found.push(Token { kind, at: start });
    }
    Ok(found)
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '$' | '+' | '-' | '*' | '{' | '}')
}

/// The literal that starts with the quote at `start`, and its end. Value lists of functions
/// (`PropertyValues=["1","2"]`) also allow double quotes, as the documentation shows.
fn literal(characters: &[char], start: usize) -> Option<(String, usize)> {
    let quote = characters.get(start)?;
    let mut literal = String::new();
    let mut at = start + 1;
    loop {
        let c = characters.get(at)?;
        if c != quote {
            literal.push(*c);
        } else if characters.get(at + 1) == Some(quote) {
            literal.push(*quote);
            at += 1;
        } else {
            return Some((literal, at + 1));
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubled_quote_is_one_and_dates_are_whole() {
        let kinds: Vec<Kind> = tokens("a eq 'it''s' or b ge 2026-02-01T10:00:00+02:00")
            .unwrap()
            .into_iter()
            .map(|t| t.kind)
            .collect();
        assert_eq!(kinds[2], Kind::Literal("it's".to_owned()));
        assert_eq!(kinds[6], Kind::Word("2026-02-01T10:00:00+02:00".to_owned()));
    }

    #[test]
    fn an_unclosed_quote_is_refused_as_documented() {
        assert_eq!(
            tokens("lastname eq 'O'Bryan'").unwrap_err().message,
            "There is an unterminated literal at position 21 in 'lastname eq 'O'Bryan''."
        );
    }
}
