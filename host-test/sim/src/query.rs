//! The query options of a URL, and their readers.

pub(crate) mod apply;
pub(crate) mod encode;
pub(crate) mod expand;
pub(crate) mod filter;
pub(crate) mod orderby;
pub(crate) mod select;
mod split;

pub(crate) use split::split;

use crate::problem::Problem;

/// The query options of one request, decoded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pairs: Vec<(String, String)>,
}

const KNOWN: [&str; 9] =
    ["$select", "$filter", "$orderby", "$top", "$count", "$expand", "$apply", "$skiptoken", "$id"];

impl Options {
    /// Splits a query string. Names are case-sensitive
    /// ([overview](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview)).
    pub(crate) fn read(query: &str) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let name = name.trim();
            if !name.starts_with(['$', '@']) {
                refuse_stored_query(name)?;
                continue;
            }
            refuse_unknown(name)?;
            if pairs.iter().any(|(known, _)| known == name) {
                // The text of the OData library.
                return Err(Problem::bad_url(format!(
                    "Query option '{name}' was specified more than once, but it must be specified at most once."
                )));
            }
            pairs.push((name.to_owned(), value.into_owned()));
        }
        Ok(Options { pairs })
    }

    /// The options inside the parentheses of an `$expand`.
    pub(crate) fn nested(pairs: Vec<(String, String)>) -> Self {
        Options { pairs }
    }

    /// The value of an option.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Refuses all options but these.
    pub(crate) fn only(&self, allowed: &[&str], resource: &str) -> Result<(), Problem> {
        for (name, _) in self.pairs.iter().filter(|(name, _)| name.starts_with('$')) {
            if !allowed.contains(&name.as_str()) {
                return Err(Problem::bad_url(format!(
                    "The query option '{name}' is not supported for {resource}."
                )));
            }
        }
        Ok(())
    }

    /// `$top`.
    pub(crate) fn top(&self) -> Result<Option<usize>, Problem> {
        let Some(text) = self.get("$top") else { return Ok(None) };
        // The text of the OData library.
        let refusal = || {
            Problem::bad_url(format!(
                "Invalid value '{text}' for $top query option found. The $top query option requires a \
                 non-negative integer value."
            ))
        };
        text.trim().parse().map(Some).map_err(|_| refusal())
    }

    /// `$count=true`.
    pub(crate) fn count(&self) -> Result<bool, Problem> {
        match self.get("$count").map(str::trim) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            // The text of the OData library.
            Some(other) => Err(Problem::bad_url(format!(
                "Invalid value '{other}' for $count query option found. Valid values are 'true' and 'false'."
            ))),
        }
    }
}

/// Refuses unknown options with `$` and those that Dataverse does not support.
fn refuse_unknown(name: &str) -> Result<(), Problem> {
    match name {
        // The text for $skip is common; those for $search and $format follow its pattern
        // (inferred).
        "$skip" => Err(Problem::bad_url("Skip Clause is not supported in CRM")),
        "$search" => Err(Problem::bad_url("Search Clause is not supported in CRM")),
        "$format" => Err(Problem::bad_url("Format Clause is not supported in CRM")),
        "$deltatoken" => Err(Problem::not_modelled("The query option '$deltatoken'")),
        _ if name.starts_with('@') || KNOWN.contains(&name) => Ok(()),
        _ => Err(Problem::bad_url(format!("The query parameter '{name}' is not supported."))),
    }
}

/// Custom options (without `$`) are ignored (`SolutionUniqueName`, `tag`), except these.
fn refuse_stored_query(name: &str) -> Result<(), Problem> {
    match name.to_ascii_lowercase().as_str() {
        "fetchxml" | "savedquery" | "userquery" | "sql" => {
            Err(Problem::not_modelled(&format!("The query option '{name}'")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_options_in_any_legal_encoding() {
        for query in [
            "%24filter=name+eq+%27a%27&tag=1",
            "$filter=name%20eq%20'a'",
            "%24filter=name%20eq+'a'",
        ] {
            assert_eq!(
                Options::read(query).unwrap().get("$filter"),
                Some("name eq 'a'"),
                "{query}"
            );
        }
    }

    #[test]
    fn refuses_by_name_the_options_that_dataverse_refuses() {
        let message = |query| Options::read(query).unwrap_err().message;
        assert_eq!(message("$skip=1"), "Skip Clause is not supported in CRM");
        assert_eq!(message("$Filter=x"), "The query parameter '$Filter' is not supported.");
        assert_eq!(
            message("$top=1&%24top=2"),
            "Query option '$top' was specified more than once, but it must be specified at most once."
        );
        assert!(message("fetchXml=x").contains("'fetchXml' is not modelled"));
        // Microsoft's Python client sends it.
        assert!(message("sql=SELECT%201").contains("'sql' is not modelled"));
    }

    #[test]
    fn reads_top_and_count_strictly() {
        assert_eq!(Options::read("$top=3").unwrap().top().unwrap(), Some(3));
        assert!(Options::read("$top=-1").unwrap().top().is_err());
        assert!(Options::read("$count=TRUE").unwrap().count().is_err());
    }
}
