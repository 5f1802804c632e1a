//! `If-Match` and `If-None-Match` ([conditional
//! operations](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/perform-conditional-operations-using-web-api)).

use http::HeaderMap;

use crate::store::Row;

/// The versions that a header names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Versions {
    Any,
    These(Vec<String>),
}

/// The conditions of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions {
    matching: Option<Versions>,
    none_matching: Option<Versions>,
}

impl Conditions {
    /// Reads both headers. The word `null` is not a condition: clients send it to bypass browser
    /// caches.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        Conditions {
            matching: versions(headers, "if-match"),
            none_matching: versions(headers, "if-none-match"),
        }
    }

    /// Whether the row must exist.
    pub(crate) fn must_exist(&self) -> bool {
        self.matching.is_some()
    }

    /// Whether `If-Match` names this version.
    pub(crate) fn met_by(&self, row: &Row) -> bool {
        self.matching.as_ref().is_none_or(|versions| versions.include(row))
    }

    /// Whether `If-None-Match` names this version, or any.
    pub(crate) fn known(&self, row: &Row) -> bool {
        self.none_matching.as_ref().is_some_and(|versions| versions.include(row))
    }
}

impl Versions {
    fn include(&self, row: &Row) -> bool {
        match self {
            Versions::Any => true,
            Versions::These(etags) => {
                let own = row.version().to_string();
                etags.iter().any(|etag| etag.trim_start_matches("W/").trim_matches('"') == own)
            }
        }
    }
}

fn versions(headers: &HeaderMap, name: &str) -> Option<Versions> {
    let text = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let text = text.collect::<Vec<_>>().join(",");
    match text.trim() {
        "" | "null" => None,
        "*" => Some(Versions::Any),
        text => Some(Versions::These(text.split(',').map(|etag| etag.trim().to_owned()).collect())),
    }
}
