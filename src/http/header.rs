//! Header look-up.

use alloc::string::String;

/// The last header with this name in a list of lower-case names: Dataverse sends some twice.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
