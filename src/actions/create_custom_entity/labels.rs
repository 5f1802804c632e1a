//! Labels: the texts that people see, in a language.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::error::Error;
use crate::json::quoted;
use crate::text::{decimal, filled};

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

    /// A label in this language alone, as JSON.
    pub(super) fn label(self, text: &str) -> String {
        filled!(
            r#"{"@odata.type":"Microsoft.Dynamics.CRM.Label","LocalizedLabels":[{"@odata.type":"Microsoft.Dynamics.CRM.LocalizedLabel","Label":{},"LanguageCode":{}}]}"#,
            &[&quoted(text), &decimal(self.0)],
        )
    }

    /// The name of many such things: by the usual rules in English, in another language the name itself.
    pub(super) fn plural(self, name: &str) -> String {
        const ENGLISH: i32 = 9;
        if self.0 & 0x3ff != ENGLISH {
            return name.to_owned();
        }
        let lower = name.to_ascii_lowercase();
        match lower.as_bytes() {
            [.., b'a' | b'e' | b'i' | b'o' | b'u', b'y'] => name.to_owned() + "s",
            [.., b'a'..=b'z', b'y'] => {
                name.get(..name.len() - 1).unwrap_or_default().to_owned() + "ies"
            }
            [.., b's' | b'x' | b'z'] | [.., b'c' | b's', b'h'] => name.to_owned() + "es",
            [.., b'a'..=b'z'] => name.to_owned() + "s",
            _ => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_english_plurals() {
        for (one, many) in [
            ("Bank Account", "Bank Accounts"),
            ("City", "Cities"),
            ("Key", "Keys"),
            ("Guy", "Guys"),
            ("Éy", "Éys"),
            ("Wish", "Wishes"),
            ("Box", "Boxes"),
            ("Branch", "Branches"),
            ("Class", "Classes"),
            ("Plan 2", "Plan 2"),
            ("y", "ys"),
        ] {
            assert_eq!(Language(2057).plural(one), many);
        }
        assert_eq!(Language(1031).plural("Konto"), "Konto");
    }

    #[test]
    fn refuses_what_is_no_language() {
        assert!(Language::check(0).is_err() && Language::check(-1).is_err());
        assert_eq!(Language::check(1033).unwrap(), Language(1033));
    }
}
