//! Settings by name. One declaration gives a field its documentation, its default and its list
//! entry.

use std::fmt;
use std::time::Duration;

/// One named setting, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name, which is that of the field: `closed_appointments_are_read_only`.
    pub name: &'static str,
    /// The accepted values: `true or false`.
    pub values: String,
    /// Its default, in the form that [`crate::Settings::set_by_name`] reads; empty for none.
    pub default: String,
    /// The evidence for the default.
    pub evidence: Evidence,
    /// What it does.
    pub meaning: String,
}

/// The evidence for a claim about Dataverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Microsoft documents it.
    Documented,
    /// Someone captured or reported it.
    Live,
    /// A public client expects it.
    Client,
    /// Inferred: the likeliest behaviour.
    Inferred,
    /// Not a claim: the test's choice.
    Chosen,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Evidence::Documented => "documented",
            Evidence::Live => "live",
            Evidence::Client => "client",
            Evidence::Inferred => "inferred",
            Evidence::Chosen => "chosen",
        })
    }
}

/// An unknown name of a setting or a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// `setting` or `fault`.
    pub what: &'static str,
    /// The name that was given.
    pub name: String,
    /// The nearest known name, if it is similar.
    pub nearest: Option<String>,
}

impl UnknownName {
    /// Creates the error with the nearest known name.
    pub(crate) fn among<'a>(
        what: &'static str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let given = plain(name);
        let near = known
            .map(|known| (strsim::jaro_winkler(&given, &plain(known)), known))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|(a, _), (b, _)| a.total_cmp(b));
        let nearest = near.map(|(_, known)| known.to_owned());
        UnknownName { what, name: name.to_owned(), nearest }
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} `{}`", self.what, self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, " (did you mean `{nearest}`?)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownName {}

/// The error of [`crate::Settings::set_by_name`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingError {
    /// No setting has this name.
    UnknownName(UnknownName),
    /// The value is invalid for this setting.
    InvalidValue {
        /// The setting.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// The expected form.
        expected: String,
    },
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingError::UnknownName(unknown) => unknown.fmt(f),
            SettingError::InvalidValue { name, value, expected } => {
                write!(
                    f,
                    "`{value}` is not a valid value of the setting `{name}` (expected {expected})"
                )
            }
        }
    }
}

impl std::error::Error for SettingError {}

fn plain(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('-', "_")
}

/// Whether two names are the same; case is ignored, and `-` equals `_`.
pub(crate) fn same_name(known: &str, given: &str) -> bool {
    plain(known) == plain(given)
}

/// A value with a text form.
pub(crate) trait SettingValue: Sized {
    /// `true or false`
    fn expected() -> String;
    /// Reads it.
    fn parse(text: &str) -> Option<Self>;
    /// Writes it in the form that [`SettingValue::parse`] reads.
    fn show(&self) -> String;
}

/// One of several named values.
pub(crate) trait NamedValue: Copy + PartialEq + 'static {
    /// All values with their names.
    const ALL: &'static [(&'static str, Self)];
}

impl NamedValue for bool {
    const ALL: &'static [(&'static str, Self)] = &[("true", true), ("false", false)];
}

impl<T: NamedValue> SettingValue for T {
    fn expected() -> String {
        let names: Vec<&str> = T::ALL.iter().map(|(name, _)| *name).collect();
        match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => names.concat(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        T::ALL.iter().find(|(name, _)| same_name(name, text)).map(|(_, value)| *value)
    }

    fn show(&self) -> String {
        let own = T::ALL.iter().find(|(_, value)| value == self);
        own.map_or("", |(name, _)| name).to_owned()
    }
}

impl SettingValue for u32 {
    fn expected() -> String {
        "a whole number, 0 or more".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for i64 {
    fn expected() -> String {
        "a whole number, which may be negative".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for String {
    fn expected() -> String {
        "text".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl SettingValue for Option<String> {
    fn expected() -> String {
        "text, or nothing".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        Some(String::parse(text))
    }

    fn show(&self) -> String {
        self.clone().unwrap_or_default()
    }
}

impl SettingValue for Option<serde_json::Value> {
    fn expected() -> String {
        "a JSON value (`\"1\"`, `1e18`), or nothing".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        if text.trim().is_empty() { Some(None) } else { serde_json::from_str(text).ok().map(Some) }
    }

    fn show(&self) -> String {
        self.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

impl SettingValue for Duration {
    fn expected() -> String {
        "seconds (`90`, `0.05`)".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
    }

    fn show(&self) -> String {
        self.as_secs_f64().to_string()
    }
}

/// Language codes.
impl SettingValue for Vec<u32> {
    fn expected() -> String {
        "comma-separated whole numbers (`1031,1036`), or nothing".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(|item| item.parse().ok()).collect()
    }

    fn show(&self) -> String {
        self.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }
}

/// One field of a struct of settings.
pub(crate) struct Entry<S> {
    pub(crate) name: &'static str,
    pub(crate) evidence: Evidence,
    /// The field's documentation; each line starts with a space.
    pub(crate) meaning: &'static str,
    pub(crate) expected: fn() -> String,
    pub(crate) show: fn(&S) -> String,
    /// Sets the field; `None` if the text is not valid.
    pub(crate) set: fn(&mut S, &str) -> Option<()>,
}

impl<S: Default> Entry<S> {
    /// The entry in lists.
    pub(crate) fn setting(&self) -> Setting {
        Setting {
            name: self.name,
            values: (self.expected)(),
            default: (self.show)(&S::default()),
            evidence: self.evidence,
            meaning: self.meaning.trim().replace("  ", " "),
        }
    }
}

/// Declares a struct of settings. The evidence for a default is in parentheses before the field;
/// the field's documentation is also its meaning in lists. Fields after `beside` are parts of the
/// struct, not settings.
macro_rules! named_settings {
    (
        $(#[$outer:meta])*
        pub struct $name:ident {
            $(
                $(#[doc = $doc:literal])+
                ($evidence:ident) $field:ident: $kind:ty = $default:expr,
            )+
        }
        $(beside {
            $($(#[doc = $part_doc:literal])+ $part:ident: $part_kind:ty,)+
        })?
    ) => {
        $(#[$outer])*
        pub struct $name {
            $(
                $(#[doc = $doc])+
                #[doc = ""]
                #[doc = concat!("Evidence: [`crate::Evidence::", stringify!($evidence), "`].")]
                pub $field: $kind,
            )+
            $($($(#[doc = $part_doc])+ pub $part: $part_kind,)+)?
        }

        impl Default for $name {
            fn default() -> Self {
                $name {
                    $($field: $default,)+
                    $($($part: Default::default(),)+)?
                }
            }
        }

        impl $name {
            pub(crate) const ENTRIES: &'static [crate::setting::Entry<$name>] = &[$(
                crate::setting::Entry {
                    name: stringify!($field),
                    evidence: crate::setting::Evidence::$evidence,
                    meaning: concat!($($doc),+),
                    expected: <$kind as crate::setting::SettingValue>::expected,
                    show: |settings| crate::setting::SettingValue::show(&settings.$field),
                    set: |settings, text| {
                        settings.$field = crate::setting::SettingValue::parse(text)?;
                        Some(())
                    },
                },
            )+];
        }
    };
}
pub(crate) use named_settings;
