//! Derives schema names from display names: a prefix, then ASCII letters and digits.
//!
//! A logical name is the schema name in lower case; the key column of a table is its logical name
//! and `id`, and a column has [at most 50
//! characters](https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes).
//! The exact limits are not documented; these are conservative.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{decimal, filled, first_chars, is_space, push_digits, split_once};

const TABLE_LIMIT: usize = 48;
const COLUMN_LIMIT: usize = 50;

/// The ASCII letters for U+00C0 to U+017F, one each; a space for none.
const LATIN: &str = "\
AAAAAAACEEEEIIIIDNOOOOO OUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuyty\
AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// The schema name of a table.
pub(super) fn table(prefix: &str, display_name: &str) -> String {
    named(prefix, display_name, TABLE_LIMIT)
}

/// The schema name of a column.
pub(super) fn column(prefix: &str, display_name: &str) -> String {
    named(prefix, display_name, COLUMN_LIMIT)
}

/// A given schema name, with the prefix added if it is missing.
pub(super) fn given(prefix: &str, name: &str) -> String {
    let has_prefix = split_once(name, "_")
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(prefix) && !rest.is_empty());
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if has_prefix && is_name { name.to_owned() } else { column(prefix, name) }
}

/// The name, with a number if it is already in use (ignoring case); marks it as used.
pub(super) fn unused(name: String, used: &mut Vec<String>) -> String {
    let is_used = |name: &str, used: &[String]| used.iter().any(|u| u.eq_ignore_ascii_case(name));
    let mut free = name.clone();
    let mut number = 2;
    while is_used(&free, used) {
        let end = decimal(number);
        let stem = first_chars(&name, COLUMN_LIMIT - end.len()).unwrap_or(&name);
        free = stem.to_owned() + &end;
        number += 1;
    }
    used.push(free.clone());
    free
}

fn named(prefix: &str, display_name: &str, limit: usize) -> String {
    let mut name = filled!("{}_", &[prefix]);
    let start = name.len();
    let mut word_begins = true;
    for c in display_name.chars() {
        let letter = match c {
            _ if c.is_ascii_alphanumeric() => c,
            '\u{c0}'..='\u{17f}' => latin(c),
            _ => ' ',
        };
        if letter == ' ' {
            // A mark inside a word, as in "Customer's", does not end it.
            word_begins |= c != '\'' && c != '’';
            continue;
        }
        name.push(if word_begins { letter.to_ascii_uppercase() } else { letter });
        word_begins = false;
    }
    if name.len() == start {
        // No letter is valid in a schema name: use the characters' code points.
        for c in display_name.chars().filter(|c| !is_space(*c)) {
            name.push('u');
            push_digits(&mut name, u32::from(c).into(), 16, 1);
        }
    }
    name.truncate(limit);
    name
}

fn latin(c: char) -> char {
    let at = usize::try_from(u32::from(c) - 0xc0).unwrap_or_default();
    LATIN.as_bytes().get(at).map_or(' ', |&byte| byte.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_a_name_of_any_display_name() {
        for (display_name, name) in [
            ("Bank Account", "new_BankAccount"),
            ("bank-account (2)", "new_BankAccount2"),
            ("Customer's Größe & Straße", "new_CustomersGroseStrase"),
            ("Žluťoučký kůň", "new_ZlutouckyKun"),
            ("ŁÓDŹ ÿ þ", "new_LODZYT"),
            ("口座", "new_u53e3u5ea7"),
            ("2026", "new_2026"),
        ] {
            assert_eq!(table("new", display_name), name, "{display_name}");
        }
        assert_eq!(table("new", &"x".repeat(99)).len(), TABLE_LIMIT);
    }

    #[test]
    fn has_a_letter_for_each_of_the_latin_blocks() {
        assert_eq!(LATIN.len(), 0x180 - 0xc0);
        for (c, letter) in [
            ('À', 'A'),
            ('ß', 's'),
            ('÷', ' '),
            ('ÿ', 'y'),
            ('Ā', 'A'),
            ('ĸ', 'k'),
            ('Ÿ', 'Y'),
            ('ſ', 's'),
            ('ŉ', 'n'),
            ('Ŵ', 'W'),
            ('Š', 'S'),
            ('Ő', 'O'),
        ] {
            assert_eq!(latin(c), letter, "{c}");
        }
    }

    #[test]
    fn keeps_a_given_name_that_has_the_prefix() {
        assert_eq!(given("new", "NEW_Balance"), "NEW_Balance");
        assert_eq!(given("new", "cr1_Balance"), "new_Cr1Balance");
        assert_eq!(given("new", "new_a b"), "new_NewAB");
    }

    #[test]
    fn numbers_names_that_are_in_use() {
        let mut used = Vec::from(["new_aid".to_owned()]);
        assert_eq!(unused("new_AId".into(), &mut used), "new_AId2");
        assert_eq!(unused("new_AId".into(), &mut used), "new_AId3");
        assert_eq!(unused("new_B".into(), &mut used), "new_B");
    }
}
