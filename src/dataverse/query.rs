//! Query options: only this module escapes literals and encodes them for a URL.
//!
//! [Documentation](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows).

mod mistake;

use alloc::string::String;

use super::Guid;
use crate::text::{filled, replace};
use crate::time::Moment;
pub(crate) use mistake::mistake;

/// A complete `$filter` expression: combined with another one, it does not affect it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(String);

impl Filter {
    /// `contains(column,'text')`, with a literal text, including `%`, `_` and `[`, which Dataverse
    /// would read as
    /// [wildcards](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/wildcard-characters).
    pub fn contains(column: &str, text: &str) -> Filter {
        let mut pattern = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            match c {
                '%' | '_' | '[' => {
                    pattern.push('[');
                    pattern.push(c);
                    pattern.push(']');
                }
                c => pattern.push(c),
            }
        }
        Filter(filled!("contains({},{})", &[column, &literal(&pattern)]))
    }

    /// `column eq 'text'`.
    pub fn equals(column: &str, text: &str) -> Filter {
        Filter(filled!("{} eq {}", &[column, &literal(text)]))
    }

    /// `column ge moment`.
    pub fn since(column: &str, moment: Moment) -> Filter {
        Filter(filled!("{} ge {}", &[column, &moment.to_utc()]))
    }

    /// Either of these.
    pub fn or(self, other: Filter) -> Filter {
        Filter(filled!("({} or {})", &[&self.0, &other.0]))
    }

    /// `column eq id`.
    pub fn is(column: &str, id: &Guid) -> Filter {
        Filter(filled!("{} eq {}", &[column, id.as_str()]))
    }

    /// A caller's own expression.
    ///
    /// # Errors
    ///
    /// A sentence that says what is unbalanced: only an expression with closed quotes and
    /// parentheses can be put into our parentheses without affecting its surroundings.
    pub fn own(text: &str) -> Result<Filter, &'static str> {
        let mut depth = 0_usize;
        let mut quote = None;
        let mut bracket = None;
        for byte in text.bytes() {
            match (quote, byte) {
                // Some parsers treat double quotes as quotes, others do not: both must read the
                // same.
                (Some(b'"'), b'\'' | b'\\' | b'(' | b')' | b'[' | b']' | b'{' | b'}') => {
                    return Err(
                        "a text in double quotes holds a quote or a bracket; single quotes may: 'a (b)'",
                    );
                }
                // A doubled quote inside a literal closes and reopens it, which has the same
                // effect.
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b'(') if bracket.is_none() => depth += 1,
                (None, b')') if bracket.is_none() => {
                    depth = depth.checked_sub(1).ok_or("a `)` closes nothing")?;
                }
                (None, b'[') if bracket.is_none() => bracket = Some(b']'),
                (None, b'{') if bracket.is_none() => bracket = Some(b'}'),
                (None, _) if bracket == Some(byte) => bracket = None,
                // The OData library treats brackets and their content as one token.
                (None, b'(' | b')' | b'[' | b']' | b'{' | b'}') => {
                    return Err("its brackets do not match, or hold others");
                }
                (None, _) if byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r') => {
                    return Err("it holds a control character");
                }
                _ => {}
            }
        }
        match (quote, bracket, depth) {
            (Some(b'"'), _, _) => Err("a `\"` is not closed"),
            (Some(_), _, _) => {
                Err("a `'` is not closed; inside a text a quote is doubled: 'O''Brien'")
            }
            (_, Some(b']'), _) => Err("a `[` is not closed"),
            (_, Some(_), _) => Err("a `{` is not closed"),
            (_, _, 1..) => Err("a `(` is not closed"),
            (None, None, 0) => Ok(Filter(filled!("({})", &[text]))),
        }
    }

    /// Both of these.
    pub fn and(self, other: Filter) -> Filter {
        Filter(filled!("{} and {}", &[&self.0, &other.0]))
    }

    /// The expression, not yet encoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A string literal: quotes doubled, in quotes.
fn literal(text: &str) -> String {
    filled!("'{}'", &[&replace(text, "'", "''")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn treats_quotes_and_wildcards_literally() {
        assert_eq!(
            Filter::contains("name", "O'Brien 100%_[x]").as_str(),
            "contains(name,'O''Brien 100[%][_][[]x]')"
        );
    }

    #[test]
    fn keeps_a_callers_filter_in_parentheses() {
        let own = Filter::own("name eq 'a) or (b' or (statecode eq 0)").unwrap();
        let both = Filter::contains("name", "x").and(own);
        assert_eq!(
            both.as_str(),
            "contains(name,'x') and (name eq 'a) or (b' or (statecode eq 0))"
        );
    }

    #[test]
    fn refuses_a_filter_that_escapes_its_parentheses() {
        for text in [
            "a eq 1) or (b eq 2",
            ")",
            "(",
            "name eq 'x",
            "name eq 'O'Brien'",
            "a\0b",
            "a eq \"'\") or (b ne \"'\"",
            "a eq \"x",
            "[(]) or ([)]",
            "[} ( {] )",
            "[",
            "}",
        ] {
            assert!(Filter::own(text).is_err(), "{text}");
        }
    }
}
