//! Header look-up.

use alloc::string::String;

/// The last header of this name in a list whose names are in lower case: Dataverse sends some of
/// them twice.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
