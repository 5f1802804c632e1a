//! Labels: display texts in a language.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::error::Error;
use crate::json::quoted;
use crate::text::{decimal, filled, find, rsplit_once, split};

/// A language, by its
/// [code](https://learn.microsoft.com/openspecs/windows_protocols/ms-lcid/a9eac961-e77d-41a6-90a5-ce1a8b0cdb9c).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Language(i32);

impl Language {
    pub(super) fn check(code: i32) -> Result<Language, Error> {
        match code {
            code @ 1..=0xfffff => Ok(Language(code)),
            code => Err(Error::fix_input(filled!(
                "`language_code` is not usable: `{}` (expected a language such as 1033, English of the United States)",
                &[&decimal(code)],
            ))),
        }
    }

    /// A label in only this language, as JSON.
    pub(super) fn label(self, text: &str) -> String {
        filled!(
            r#"{"@odata.type":"Microsoft.Dynamics.CRM.Label","LocalizedLabels":[{"@odata.type":"Microsoft.Dynamics.CRM.LocalizedLabel","Label":{},"LanguageCode":{}}]}"#,
            &[&quoted(text), &decimal(self.0)],
        )
    }

    /// The plural of a name: in English the plural of its last word, if that is certain; otherwise
    /// the name itself.
    pub(super) fn plural(self, name: &str) -> String {
        const ENGLISH: i32 = 9;
        let end = if self.0 & 0x3ff == ENGLISH { plural_end(name) } else { "" };
        let stem = if end == "ies" { name.strip_suffix("y") } else { None };
        stem.unwrap_or(name).to_owned() + end
    }
}

/// Words with an irregular or identical plural, each with spaces around it.
const IRREGULAR: &str = " cash data equipment evidence feedback information knowledge media metadata money music people \
    person personnel staff tech ";

/// Words that follow the noun itself: `Bill of Lading`.
const AFTER_THE_THING: &str = " and at by for from in of on or per to with ";

/// The plural ending of a name; `None` if uncertain.
fn plural_end(name: &str) -> &'static str {
    let has_word = |words: &str, word: &str| find(words, &filled!(" {} ", &[word])).is_some();
    let mut words = split(name, " ").filter(|word| !word.is_empty());
    if words.any(|word| has_word(AFTER_THE_THING, &word.to_ascii_lowercase())) {
        return "";
    }
    let word = rsplit_once(name, b' ').map_or(name, |(_, last)| last);
    let lower = word.to_ascii_lowercase();
    if has_word(IRREGULAR, &lower)
        || ["man", "men", "child", "children", "ware"].iter().any(|end| lower.ends_with(end))
    {
        return "";
    }
    match word.as_bytes() {
        [.., b'a' | b'e' | b'i' | b'o' | b'u', b'y' | b'o'] => "s",
        [.., b'a'..=b'z', b'y'] => "ies",
        [.., b's', b's'] | [.., b'x'] | [.., b'c' | b's', b'h'] => "es",
        // "Sales" is already plural, and so may be other names with this ending; a quiz, a leaf and
        // a hero are irregular.
        [.., b's' | b'z' | b'f' | b'o'] | [.., b'f', b'e'] => "",
        [.., b'a'..=b'z'] => "s",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_english_plurals() {
        for (one, many) in [
            ("Bank Account", "Bank Accounts"),
            ("Company", "Companies"),
            ("City", "Cities"),
            ("Day", "Days"),
            ("Key", "Keys"),
            ("Guy", "Guys"),
            ("Wish", "Wishes"),
            ("Box", "Boxes"),
            ("Branch", "Branches"),
            ("Class", "Classes"),
            ("Address", "Addresses"),
            ("Business Process", "Business Processes"),
            ("Invoice", "Invoices"),
            ("Agenda", "Agendas"),
            ("Portfolio", "Portfolios"),
            ("Screen", "Screens"),
            ("Status Code", "Status Codes"),
            ("y", "ys"),
        ] {
            assert_eq!(Language(2057).plural(one), many);
        }
        for same in [
            "News",
            "Sales",
            "Account Details",
            "Series",
            "Staff",
            "Children",
            "Status",
            "Analysis",
            "Bus",
            "Lens",
            "People",
            "Men",
            "Salesman",
            "Grandchild",
            "Equipment",
            "Master Data",
            "Software",
            "Quiz",
            "Leaf",
            "Life",
            "Hero",
            "Plan 2",
            "FAQ",
            "COMPANY",
            "Customer's",
            "Terms of Service",
            "Profit and Loss",
            "Bill of Lading",
            "口座",
            "Café",
            "",
        ] {
            assert_eq!(Language(1033).plural(same), same);
        }
        assert_eq!(Language(1031).plural("Konto"), "Konto");
    }

    #[test]
    fn refuses_other_values_than_languages() {
        assert!(Language::check(0).is_err() && Language::check(-1).is_err());
        assert_eq!(Language::check(1033).unwrap(), Language(1033));
    }
}
