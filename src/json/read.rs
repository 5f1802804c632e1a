//! Reading JSON: slices of a validated text.
//!
//! `serde_json` was measured: with a derived type for each response the component had 590 KB, with
//! one type for all of them still 45 KB more than with this, half of it for numbers with fractions,
//! which nothing here reads. A property test compares the two.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::scan::{ParseError, Scanner};
use crate::text::{contains, hexadecimal, number, rsplit_once, split_once};

/// A JSON value: a slice of a validated text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// The positions of a collection's rows in a text, and the value of its next link.
pub struct Collection<'a> {
    /// The start and end of each row.
    pub rows: Vec<(usize, usize)>,
    /// `@odata.nextLink`, if present.
    pub next_link: Option<Json<'a>>,
}

impl<'a> Json<'a> {
    /// Reads a text that is one JSON value.
    ///
    /// # Errors
    ///
    /// What was expected, and the position.
    pub fn parse(text: &'a str) -> Result<Json<'a>, ParseError> {
        let mut scanner = Scanner::new(text);
        scanner.space();
        let json = slice(text, &mut scanner, |scanner| scanner.value(0))?;
        scanner.end()?;
        Ok(Json(json))
    }

    /// Reads a text that is one JSON value, and finds its [`member`](Json::member) with this name
    /// on the way.
    ///
    /// # Errors
    ///
    /// Those of [`Json::parse`].
    pub fn parse_with(
        text: &'a str,
        name: &str,
    ) -> Result<(Json<'a>, Option<Json<'a>>), ParseError> {
        let mut scanner = Scanner::new(text);
        scanner.space();
        let mut found = None;
        let json = slice(text, &mut scanner, |scanner| {
            if !Json(text.get(scanner.at..).unwrap_or_default()).is_object() {
                return scanner.value(0);
            }
            found = last_member(text, scanner, name)?;
            Ok(())
        })?;
        scanner.end()?;
        Ok((Json(json), found))
    }

    /// The value as written in the text.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.0.starts_with('[')
    }

    /// Whether it is a string.
    pub fn is_string(self) -> bool {
        self.0.starts_with('"')
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// The members of an object, in order.
    pub fn members(self) -> Option<Vec<(Cow<'a, str>, Json<'a>)>> {
        self.is_object().then(|| {
            let mut members = Vec::new();
            // The text is valid: the scanner only finds the ends.
            let _ = Scanner::new(self.0).each(b'}', |scanner| {
                let name = slice(self.0, scanner, |scanner| scanner.name())?;
                let value = slice(self.0, scanner, |scanner| scanner.value(1))?;
                members.push((name_of(name), Json(value)));
                Ok(())
            });
            members
        })
    }

    /// The last member with this name, unless it is null: nearly every JSON parser uses the last of
    /// two members with the same name, so an earlier check of the text saw the same value.
    pub fn member(self, name: &str) -> Option<Json<'a>> {
        if !self.is_object() {
            return None;
        }
        last_member(self.0, &mut Scanner::new(self.0), name).ok()?
    }

    /// The items of an array.
    pub fn items(self) -> Option<Vec<Json<'a>>> {
        self.is_array().then(|| {
            let mut items = Vec::new();
            let _ = Scanner::new(self.0).each(b']', |scanner| {
                items.push(Json(slice(self.0, scanner, |scanner| scanner.value(0))?));
                Ok(())
            });
            items
        })
    }

    /// The text of a string; `None` also for an unpaired surrogate, which is not text.
    pub fn string(self) -> Option<String> {
        let text = self.0.strip_prefix('"')?.strip_suffix('"')?;
        unescaped(text).map(Cow::into_owned)
    }

    /// An integer, even if written with a fraction of zeros.
    pub fn integer(self) -> Option<i64> {
        let whole = match split_once(self.0, ".") {
            Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
            _ => self.0,
        };
        number(whole)
    }

    /// True or false.
    pub fn boolean(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The text of a member that is a string.
    pub fn text(self, name: &str) -> Option<String> {
        self.member(name)?.string()
    }
}

impl<'a> Collection<'a> {
    /// Reads a collection in one pass; `None` if it is an object without an array `value`.
    ///
    /// # Errors
    ///
    /// What was expected, and the position.
    pub fn parse(text: &'a str) -> Result<Option<Collection<'a>>, ParseError> {
        Collection::parse_at_most(text, usize::MAX)
    }

    /// The same, with at most this many rows: later ones are read but not kept.
    ///
    /// # Errors
    ///
    /// Those of [`Collection::parse`].
    #[inline(never)]
    pub fn parse_at_most(
        text: &'a str,
        rows_limit: usize,
    ) -> Result<Option<Collection<'a>>, ParseError> {
        let mut scanner = Scanner::new(text);
        scanner.space();
        if !text.get(scanner.at..).unwrap_or_default().starts_with('{') {
            scanner.value(0)?;
            return scanner.end().map(|()| None);
        }
        let mut rows = None;
        let mut next_link = None;
        scanner.each(b'}', |scanner| {
            let name = name_of(slice(text, scanner, |scanner| scanner.name())?);
            let value = text.get(scanner.at..).unwrap_or_default();
            if name == "value" && value.starts_with('[') {
                let mut found = Vec::new();
                scanner.each(b']', |scanner| {
                    let from = scanner.at;
                    scanner.value(2)?;
                    if found.len() < rows_limit {
                        found.push((from, scanner.at));
                    }
                    Ok(())
                })?;
                rows = Some(found);
            } else {
                let value = slice(text, scanner, |scanner| scanner.value(1))?;
                // The last of several members with the same name counts.
                match &*name {
                    "value" => rows = None,
                    "@odata.nextLink" => {
                        next_link = Some(Json(value)).filter(|value| !value.is_null());
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
        scanner.end()?;
        Ok(rows.map(|rows| Collection { rows, next_link }))
    }
}

/// Skips the object that starts here. The result is its last member with this name, unless it is
/// null.
fn last_member<'a>(
    text: &'a str,
    scanner: &mut Scanner<'_>,
    name: &str,
) -> Result<Option<Json<'a>>, ParseError> {
    let mut found = None;
    scanner.each(b'}', |scanner| {
        scanner.plain_members_before(name);
        let key = slice(text, scanner, |scanner| scanner.name())?;
        let value = slice(text, scanner, |scanner| scanner.value(1))?;
        if is_named(key, name) {
            found = Some(Json(value));
        }
        Ok(())
    })?;
    Ok(found.filter(|value| !value.is_null()))
}

/// The slice that this function skips.
fn slice<'a>(
    text: &'a str,
    scanner: &mut Scanner<'_>,
    pass: impl FnOnce(&mut Scanner<'_>) -> Result<(), ParseError>,
) -> Result<&'a str, ParseError> {
    let from = scanner.at;
    pass(scanner)?;
    Ok(text.get(from..scanner.at).unwrap_or_default())
}

/// The name in the slice that [`Scanner::name`] skips: a string, space and a colon.
fn name_of(passed: &str) -> Cow<'_, str> {
    let name = rsplit_once(passed, b'"').and_then(|(name, _)| unescaped(name.strip_prefix('"')?));
    name.unwrap_or_default()
}

/// Whether this is the name in the slice that [`Scanner::name`] skips.
fn is_named(passed: &str, name: &str) -> bool {
    let plain = passed.as_bytes().get(1..).and_then(|rest| rest.strip_prefix(name.as_bytes()));
    // A backslash in the name would be read as an escape.
    plain.is_some_and(|rest| rest.starts_with(b"\"")) && !contains(name, b'\\')
        || contains(passed, b'\\') && name_of(passed) == name
}

/// The text between the quotes of a string.
fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if !contains(text, b'\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = split_once(rest, "\\") {
        out.push_str(plain);
        let mut chars = escaped.chars();
        let c = match chars.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (c, after) = code_point(chars.as_str())?;
                out.push(c);
                rest = after;
                continue;
            }
            c => c,
        };
        out.push(c);
        rest = chars.as_str();
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

/// The character of four hexadecimal digits, or of a surrogate pair, and the rest.
pub(crate) fn code_point(text: &str) -> Option<(char, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let high = hexadecimal(digits)?;
    if !(0xd800..0xdc00).contains(&high) {
        return Some((char::from_u32(high)?, rest));
    }
    let (digits, rest) = rest.strip_prefix("\\u")?.split_at_checked(4)?;
    let low = hexadecimal(digits).filter(|low| (0xdc00..0xe000).contains(low))?;
    Some((char::from_u32(0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00)))?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_values_out_of_a_text() {
        let json = Json::parse(
            r#" {"a\u0062" : [1, "x\n\ud83d\ude00", null], "n": 7.0, "t": true, "o": {"d": "e"}} "#,
        )
        .unwrap();
        assert_eq!(json.member("ab").unwrap().items().unwrap()[1].string().unwrap(), "x\n😀");
        assert_eq!(json.member("n").unwrap().integer(), Some(7));
        assert_eq!(json.member("t").unwrap().boolean(), Some(true));
        assert_eq!(json.member("o").unwrap().text("d").as_deref(), Some("e"));
        assert_eq!(json.member("o").unwrap().as_str(), r#"{"d": "e"}"#);
        assert_eq!(json.member("absent"), None);
    }

    #[test]
    fn uses_the_last_of_two_members_with_one_name() {
        let text = |text| Json::parse(text).unwrap();
        let json = text(r#"{"a": 1, "a": "x", "b": "y", "b": null}"#);
        assert_eq!(json.text("a").as_deref(), Some("x"));
        assert!(json.member("b").is_none());
        let json = text(r#"{"a": "x", "\u0061": 1}"#);
        assert_eq!(json.member("a").unwrap().integer(), Some(1));
        assert!(json.text("a").is_none());
    }

    #[test]
    fn reads_no_value_as_another_type() {
        let json = Json::parse("[1.5]").unwrap();
        assert!(json.member("a").is_none() && json.string().is_none() && json.integer().is_none());
        assert_eq!(json.items().unwrap()[0].integer(), None);
        assert_eq!(Json::parse(r#""\ud800""#).unwrap().string(), None);
    }

    #[test]
    fn names_the_position_where_a_text_stops_being_json() {
        for (text, expected) in [
            ("", "expected a value at byte 0"),
            ("{\"a\" 1}", "expected `:` at byte 5"),
            ("[1,]", "expected a value at byte 3"),
            ("[1 2]", "expected `,` or `]` at byte 3"),
            ("{} {}", "expected nothing after the value at byte 3"),
            ("\"a\nb\"", "expected no control character in a string at byte 2"),
            ("01", "expected nothing after the value at byte 1"),
            ("nul", "expected a value at byte 0"),
        ] {
            assert_eq!(Json::parse(text).unwrap_err().says(), expected, "{text}");
        }
        assert!(Json::parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn finds_the_rows_of_a_collection_in_one_pass() {
        let text = r#" {"@odata.context":"c","value":[{"value":[1]} , {}],"@odata.nextLink":"n"} "#;
        let collection = Collection::parse(text).unwrap().unwrap();
        let rows: Vec<_> = collection.rows.iter().map(|&(from, to)| &text[from..to]).collect();
        assert_eq!(rows, [r#"{"value":[1]}"#, "{}"]);
        assert_eq!(collection.next_link.unwrap().string().as_deref(), Some("n"));
        assert!(Collection::parse("[]").unwrap().is_none());
        assert!(Collection::parse(r#"{"value":{}}"#).unwrap().is_none());
        assert!(Collection::parse(r#"{"value":[}"#).is_err());
    }
}
