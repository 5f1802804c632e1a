//! `Prefer`: the caller's preferences, and those that were applied.

use http::HeaderMap;

/// The preferences of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// `return=representation`: a write returns the row.
    pub(crate) representation: bool,
    /// `odata.maxpagesize=N`, capped at 5000.
    pub(crate) page_size: Option<usize>,
    /// `odata.include-annotations="…"`.
    pub(crate) annotations: Annotations,
    /// `odata.track-changes`: not modelled; refused where it would have an effect.
    pub(crate) track_changes: bool,
}

/// A page has at most 5000 rows ([page
/// size](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results)).
pub(crate) const LARGEST_PAGE: usize = 5_000;

impl Preferences {
    /// Reads all `Prefer` headers: several of them, or one with commas; names in any case.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let mut found = Preferences::default();
        for header in headers.get_all("prefer") {
            for item in outside_quotes(&String::from_utf8_lossy(header.as_bytes()), ',') {
                let (name, value) = item.split_once('=').unwrap_or((&item, ""));
                // No known preference has a parameter after `;`.
                let value = outside_quotes(value, ';').into_iter().next().unwrap_or_default();
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "return" => found.representation = value.eq_ignore_ascii_case("representation"),
                    "odata.maxpagesize" | "maxpagesize" => {
                        // An empty value, zero and non-numbers are ignored and not echoed
                        // (inferred).
                        let size = value.parse::<usize>().ok().filter(|size| *size > 0);
                        found.page_size = size.map(|size| size.min(LARGEST_PAGE));
                    }
                    "odata.include-annotations" | "include-annotations" => {
                        found.annotations = Annotations { text: value.to_owned() };
                    }
                    "odata.track-changes" | "track-changes" => found.track_changes = true,
                    _ => {}
                }
            }
        }
        found
    }

    /// The applied preferences, one `Preference-Applied` each, as in the documentation ([count
    /// rows](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/count-rows)).
    pub(crate) fn applied(&self, page_size: bool, representation: bool) -> Vec<String> {
        let mut applied = Vec::new();
        if representation && self.representation {
            applied.push("return=representation".to_owned());
        }
        if let Some(size) = self.page_size.filter(|_| page_size) {
            applied.push(format!("odata.maxpagesize={size}"));
        }
        if self.annotations.any() {
            applied.push(format!("odata.include-annotations=\"{}\"", self.annotations.text));
        }
        applied
    }
}

/// The requested annotations: `*`, names, names that end in `*`, separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Annotations {
    text: String,
}

impl Annotations {
    /// Whether the caller asked for the annotation with this full name.
    pub(crate) fn include(&self, name: &str) -> bool {
        self.text.split(',').map(str::trim).any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => pattern == name,
        })
    }

    /// Whether the caller asked for any annotation.
    pub(crate) fn any(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// Splits a header value at separators outside double quotes.
fn outside_quotes(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if c == separator && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[&str]) -> Preferences {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append("Prefer", value.parse().unwrap());
        }
        Preferences::read(&map)
    }

    #[test]
    fn reads_one_header_with_commas_and_several_headers_alike() {
        let text = "odata.include-annotations=\"OData.Community.*,Microsoft.Dynamics.CRM.lookuplogicalname\"";
        let joined = read(&[&format!("return=representation,{text}, odata.maxpagesize=2")]);
        assert_eq!(joined, read(&["Return=Representation", text, "ODATA.MaxPageSize = 2"]));
        assert!(joined.annotations.include("OData.Community.Display.V1.FormattedValue"));
        assert!(joined.annotations.include("Microsoft.Dynamics.CRM.lookuplogicalname"));
        assert!(!joined.annotations.include("Microsoft.Dynamics.CRM.associatednavigationproperty"));
        assert_eq!(
            joined.applied(true, true),
            ["return=representation", "odata.maxpagesize=2", text]
        );
    }

    #[test]
    fn caps_the_page_size_and_ignores_invalid_ones() {
        assert_eq!(read(&["odata.maxpagesize=70000"]).page_size, Some(5_000));
        assert_eq!(read(&["odata.maxpagesize=0"]).page_size, None);
        assert_eq!(read(&["odata.maxpagesize=many"]).applied(true, true), Vec::<String>::new());
    }
}
