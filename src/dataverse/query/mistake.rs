//! Common mistakes in filters: other languages' operators, and the quotes, dashes and spaces of
//! text editors, browsers and chats. Dataverse would report only a syntax error at a position.

use alloc::string::String;

use crate::text::{filled, is_space, push_digits, trim};

const QUOTES: &str = "write a text in straight single quotes: 'Smith'";

/// Operators of other languages; longer ones precede their prefixes.
const OPERATORS: [(&str, &str); 14] = [
    ("==", "write `eq`"),
    ("!=", "write `ne`"),
    ("<>", "write `ne`"),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("<=", "write `le`"),
    (">=", "write `ge`"),
    ("<", "write `lt`"),
    (">", "write `gt`"),
    ("!", "write `not`"),
    ("&", "write the filter alone"),
    (";", "leave it out"),
    (" like ", "write contains(name,'Smith')"),
    ("\"", QUOTES),
];

/// The first part of a filter that is not OData, and its replacement, as part of a sentence.
pub(crate) fn mistake(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_bytes(), [b'$' | b'?' | b'&', ..]) || lower.starts_with("filter=") {
        return Some("leave out `$filter=` and what stands before it".into());
    }
    let mut quoted = false;
    let mut in_brackets = false;
    // For each open parenthesis, whether it belongs to a function, where `=` assigns a parameter.
    let mut functions = 0_u64;
    let mut before = ' ';
    let mut curly = None;
    for (at, c) in text.char_indices() {
        let rest = lower.get(at..).unwrap_or_default();
        let is_curly = matches!(c, '‘'..='‟' | '′' | '″' | '«' | '»' | '`' | '´');
        match c {
            '\'' => quoted = !quoted,
            // A curly closing quote after a straight opening one is found because nothing closes.
            _ if quoted => curly = curly.or(is_curly.then_some(c)),
            '[' | '{' => in_brackets = true,
            ']' | '}' => in_brackets = false,
            // Values there are JSON.
            _ if in_brackets => {}
            '(' => functions = functions << 1 | u64::from(before.is_ascii_alphanumeric()),
            ')' => functions >>= 1,
            _ if is_curly => return Some(holds(c, QUOTES)),
            '‐'..='―' | '−' => return Some(holds(c, "write `-`")),
            _ if is_space(c) && !c.is_ascii() => return Some(holds(c, "write a plain space")),
            _ if !c.is_ascii() => return Some(holds(c, QUOTES)),
            '%' => return Some("it is percent-encoded; write it as plain text".into()),
            '+' if matches!(rest.as_bytes(), [_, b'a'..=b'z', ..]) => {
                return Some("it holds `+` before a word; write a space".into());
            }
            _ => {
                let found = OPERATORS.iter().find(|(operator, _)| rest.starts_with(operator));
                if let Some((operator, write)) = found {
                    return Some(filled!("it holds `{}`; {}", &[trim(operator), write]));
                }
                if c == '=' && functions & 1 == 0 {
                    return Some("it holds `=`; write `eq`".into());
                }
            }
        }
        before = c;
    }
    curly.filter(|_| quoted).map(|c| holds(c, QUOTES))
}

/// Also `U+00A0`, which looks like a space.
fn holds(c: char, write: &str) -> String {
    let mut number = String::new();
    push_digits(&mut number, u32::from(c).into(), 16, 4);
    filled!("it holds `{}` (U+{}); {}", &[c.encode_utf8(&mut [0; 4]), &number, write])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_mistake_and_its_replacement() {
        for (filter, sentence) in [
            (
                "lastname eq ‘Smith’",
                "it holds `‘` (U+2018); write a text in straight single quotes: 'Smith'",
            ),
            (
                "“lastname eq ‘Smith’“",
                "it holds `“` (U+201c); write a text in straight single quotes: 'Smith'",
            ),
            (
                "lastname eq 'Smith’",
                "it holds `’` (U+2019); write a text in straight single quotes: 'Smith'",
            ),
            (
                "lastname eq `Smith`",
                "it holds ``` (U+0060); write a text in straight single quotes: 'Smith'",
            ),
            (
                "lastname eq „Smith“",
                "it holds `„` (U+201e); write a text in straight single quotes: 'Smith'",
            ),
            (
                "lastname eq \"Smith\"",
                "it holds `\"`; write a text in straight single quotes: 'Smith'",
            ),
            (
                "\"lastname eq 'Smith'\"",
                "it holds `\"`; write a text in straight single quotes: 'Smith'",
            ),
            (
                "lastname eq Müller",
                "it holds `ü` (U+00fc); write a text in straight single quotes: 'Smith'",
            ),
            ("$filter=statecode eq 0", "leave out `$filter=` and what stands before it"),
            ("?$filter=statecode eq 0", "leave out `$filter=` and what stands before it"),
            ("Filter=statecode eq 0", "leave out `$filter=` and what stands before it"),
            ("revenue gt –5", "it holds `–` (U+2013); write `-`"),
            ("revenue gt −5", "it holds `−` (U+2212); write `-`"),
            ("statecode\u{a0}eq 0", "it holds `\u{a0}` (U+00a0); write a plain space"),
            ("statecode eq\u{2003}0", "it holds `\u{2003}` (U+2003); write a plain space"),
            ("statecode == 0", "it holds `==`; write `eq`"),
            ("statecode = 0", "it holds `=`; write `eq`"),
            ("(statecode=0)", "it holds `=`; write `eq`"),
            ("statecode != 0", "it holds `!=`; write `ne`"),
            ("statecode <> 0", "it holds `<>`; write `ne`"),
            ("revenue >= 5", "it holds `>=`; write `ge`"),
            ("revenue<5", "it holds `<`; write `lt`"),
            ("!contains(name,'x')", "it holds `!`; write `not`"),
            ("statecode eq 0 && statuscode eq 1", "it holds `&&`; write `and`"),
            ("statecode eq 0||statuscode eq 1", "it holds `||`; write `or`"),
            ("statecode eq 0;", "it holds `;`; leave it out"),
            ("statecode eq 0&$top=5", "it holds `&`; write the filter alone"),
            ("name LIKE 'Smith%'", "it holds `like`; write contains(name,'Smith')"),
            ("name%20eq%20'x'", "it is percent-encoded; write it as plain text"),
            ("name+eq+'x'", "it holds `+` before a word; write a space"),
        ] {
            assert_eq!(mistake(filter).as_deref(), Some(sentence), "{filter}");
        }
    }

    #[test]
    fn accepts_valid_odata() {
        for filter in [
            "statecode eq 0",
            "lastname eq 'O''Brien' and not (contains(name,'x') or revenue gt -5.5)",
            "name eq 'it’s “so” – 100%25; a=b && c != \"d\" <e> \u{a0}é like '",
            "createdon ge 2026-01-01T00:00:00+01:00",
            "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)",
            "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"A & B\",\"é;=\"]) and statecode eq 0",
            "contact_customer_accounts/any(o:o/statecode eq 0)",
            "_primarycontactid_value eq a56b3f4b-1be7-e611-8101-e0071b6af231",
            "",
        ] {
            assert_eq!(mistake(filter), None, "{filter}");
        }
    }
}
