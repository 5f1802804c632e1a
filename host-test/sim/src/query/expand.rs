//! `$expand`: rows inside rows ([join
//! tables](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables)).

use super::encode::url_text;
use super::filter::{self, Around, Filter};
use super::orderby::OrderBy;
use super::select::Select;
use super::{Options, refuse_unknown, split};
use crate::problem::Problem;
use crate::schema::{Navigation, Schema, Table};

/// One navigation property to expand.
#[derive(Debug, Clone)]
pub(crate) struct Expand {
    /// The property.
    pub(crate) navigation: Navigation,
    /// Its own `$select`.
    pub(crate) select: Select,
    /// Its own `$filter`; only for collections.
    pub(crate) filter: Option<Filter>,
    /// Its own `$orderby`; only for collections.
    pub(crate) orderby: OrderBy,
    /// Its own `$top`; only for collections.
    pub(crate) top: Option<usize>,
    /// Its own `$expand`.
    pub(crate) nested: Vec<Expand>,
    /// `/$ref`: only the URL of the row.
    pub(crate) reference: bool,
    /// The options as written, for the link to the collection: `$select=subject`.
    pub(crate) link: String,
}

/// The maximum number of `$expand` options in a query (documented).
const MOST: usize = 15;

impl Expand {
    /// Reads `$expand` on this table.
    pub(crate) fn read(
        text: Option<&str>,
        table: &Table,
        around: Around<'_>,
    ) -> Result<Vec<Expand>, Problem> {
        let Some(text) = text else { return Ok(Vec::new()) };
        if text.matches("$expand").count() > MOST {
            return Err(too_many());
        }
        let expands = split(text, ',')
            .into_iter()
            .map(|item| Expand::one(item.trim(), table, around))
            .collect::<Result<Vec<_>, _>>()?;
        if expands.iter().map(Expand::count).sum::<usize>() > MOST {
            return Err(too_many());
        }
        let nested = expands.iter().any(|expand| !expand.nested.is_empty());
        let limited = |expand: &Expand| expand.top.is_some() || !expand.orderby.keys.is_empty();
        if nested && expands.iter().any(limited) {
            return Err(Problem::bad_url(
                "Only $select and $filter clause can be provided while doing $expand on many-to-one \
                 relationship or nested one-to-many relationship.",
            ));
        }
        Ok(expands)
    }

    fn one(item: &str, table: &Table, around: Around<'_>) -> Result<Expand, Problem> {
        let (name, options) = match item.split_once('(') {
            Some((name, rest)) => {
                let inner = rest.strip_suffix(')').ok_or_else(Problem::bad_syntax)?;
                (name.trim(), inner)
            }
            None => (item, ""),
        };
        let (name, reference) = match name.strip_suffix("/$ref") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let Some(navigation) = table.navigation.get(name) else {
            return Err(Problem::no_such_property(name, &table.logical_name));
        };
        let target = target(navigation, around.schema)?;
        if reference && navigation.collection {
            return Err(Problem::bad_url(
                "Expand with $ref is only supported on lookup type navigation property.",
            ));
        }
        let mut pairs = Vec::new();
        for option in split(options, ';').into_iter().map(str::trim).filter(|o| !o.is_empty()) {
            let (name, value) = option.split_once('=').ok_or_else(Problem::bad_syntax)?;
            let name = name.trim();
            if ["$count", "$levels", "$apply", "$skiptoken", "$id"].contains(&name) {
                return Err(Problem::bad_url(format!(
                    "The query option '{name}' is not supported in $expand."
                )));
            }
            refuse_unknown(name)?;
            pairs.push((name.to_owned(), value.to_owned()));
        }
        let own = Options::nested(pairs);
        let limits = ["$filter", "$orderby", "$top"].iter().any(|name| own.get(name).is_some());
        if limits && !navigation.collection {
            // These options are for collections (documented); the text is the nearest documented
            // refusal (inferred).
            return Err(Problem::bad_url(
                "Only $select and $filter clause can be provided while doing $expand on many-to-one \
                 relationship or nested one-to-many relationship.",
            ));
        }
        Ok(Expand {
            navigation: navigation.clone(),
            select: Select::read(own.get("$select"), target)?,
            filter: own
                .get("$filter")
                .map(|text| filter::read(text, target, around))
                .transpose()?,
            orderby: OrderBy::read(own.get("$orderby"), target)?,
            top: own.top()?,
            nested: Expand::read(own.get("$expand"), target, around)?,
            reference,
            link: split(options, ';')
                .into_iter()
                .map(|o| url_text(o.trim()))
                .collect::<Vec<_>>()
                .join("&"),
        })
    }

    fn count(&self) -> usize {
        1 + self.nested.iter().map(Expand::count).sum::<usize>()
    }

    /// In the form of the context URL: `primarycontactid(fullname)`.
    pub(crate) fn context(&self) -> String {
        if self.reference {
            return format!("{0},{0}/$ref()", self.navigation.name);
        }
        format!(
            "{}({})",
            self.navigation.name,
            context(&self.select, &self.nested).unwrap_or_default()
        )
    }
}

/// The limit is documented; the text is inferred.
fn too_many() -> Problem {
    Problem::bad_url("The query has more than 15 $expand options.")
}

/// The parentheses of a context URL: columns, then expanded properties.
pub(crate) fn context(select: &Select, expands: &[Expand]) -> Option<String> {
    let parts: Vec<String> =
        select.context().into_iter().chain(expands.iter().map(Expand::context)).collect();
    (!parts.is_empty()).then(|| parts.join(","))
}

/// The target table, if it is modelled.
pub(crate) fn target<'a>(
    navigation: &Navigation,
    schema: &'a Schema,
) -> Result<&'a Table, Problem> {
    schema.tables.get(&navigation.target).ok_or_else(|| {
        Problem::not_modelled(&format!(
            "The table '{}', the target of '{}',",
            navigation.target, navigation.name
        ))
    })
}
