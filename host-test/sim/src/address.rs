//! Row addresses in a URL or a payload: `accounts(…)`.

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use crate::problem::Problem;
use crate::query::filter::guid;
use crate::schema::{Schema, Table};

/// Entity sets of the real service that clients are likely to use. They are refused as not
/// modelled, not as unknown.
const NOT_MODELLED: [&str; 49] = [
    "annotations",
    "asyncoperations",
    "bookableresources",
    "bulkdeleteoperations",
    "calendars",
    "campaigns",
    "competitors",
    "connections",
    "contracts",
    "customeraddresses",
    "emails",
    "entitlements",
    "equipments",
    "faxes",
    "goals",
    "importjobs",
    "incidents",
    "invoices",
    "knowledgearticles",
    "leads",
    "letters",
    "lists",
    "mailboxes",
    "opportunities",
    "phonecalls",
    "pricelevels",
    "principals",
    "processstages",
    "products",
    "queueitems",
    "quotes",
    "recurringappointmentmasters",
    "roles",
    "salesorders",
    "savedqueries",
    "sdkmessages",
    "serviceappointments",
    "sites",
    "socialactivities",
    "solutioncomponents",
    "stringmaps",
    "subjects",
    "tasks",
    "territories",
    "templates",
    "userqueries",
    "usersettingscollection",
    "webresourceset",
    "workflows",
];

/// `/accounts(…)`, `accounts(…)` or the absolute URI of it: a row that a payload refers to.
pub(crate) fn reference<'a>(text: &str, schema: &'a Schema) -> Result<(&'a Table, Uuid), Problem> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| Problem::bad_syntax())?;
    let absolute = text.starts_with("https://") || text.starts_with("http://");
    let path = match text.split_once("/api/data/v").filter(|_| absolute) {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None if absolute => return Err(Problem::no_such_bind_path()),
        None => text.strip_prefix('/').unwrap_or(&text),
    };
    let (set, key) = key(path)?;
    let table = find(set, schema)?.ok_or_else(Problem::no_such_bind_path)?;
    let key = key.ok_or_else(Problem::no_such_bind_path)?;
    Ok((table, identifier(key, table)?))
}

/// A segment's name and the content of its parentheses.
pub(crate) fn key(segment: &str) -> Result<(&str, Option<&str>), Problem> {
    match segment.split_once('(') {
        None => Ok((segment, None)),
        Some((name, rest)) => match rest.strip_suffix(')') {
            Some(key) => Ok((name, Some(key.trim()))),
            None => Err(Problem::bad_syntax()),
        },
    }
}

/// The table of an entity set, if it exists.
pub(crate) fn find<'a>(set: &str, schema: &'a Schema) -> Result<Option<&'a Table>, Problem> {
    if NOT_MODELLED.contains(&set) {
        return Err(Problem::not_modelled(&format!("The entity set '{set}'")));
    }
    Ok(schema.tables.values().find(|table| table.set_name == set))
}

/// A GUID: bare, quoted, or as `accountid=…`. Alternate keys are refused by name.
pub(crate) fn identifier(key: &str, table: &Table) -> Result<Uuid, Problem> {
    let value = match key.split_once('=') {
        Some((name, value)) if name.trim() == table.primary_id => value.trim(),
        Some((name, _)) => {
            return Err(Problem::not_modelled(&format!("The alternate key '{}'", name.trim())));
        }
        None => key,
    };
    let value =
        value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
    guid(value).ok_or_else(Problem::bad_syntax)
}
