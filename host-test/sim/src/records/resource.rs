//! What a path means: `accounts`, `accounts(…)/name`, `accounts(…)/primarycontactid/$ref`.

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::multiple::Multiple;
use crate::problem::Problem;
use crate::query::filter::guid;
use crate::query::split;
use crate::schema::{Column, Navigation, Schema, Table};

/// What a path leads to.
#[derive(Debug, Clone)]
pub(crate) enum Resource<'a> {
    /// `accounts`
    Set,
    /// `accounts/$count`
    Count,
    /// `accounts/Microsoft.Dynamics.CRM.CreateMultiple`
    Action(Multiple),
    /// `accounts(…)`
    Row(Uuid),
    /// `accounts(…)/name`, and with `/$value` the bare value.
    Property { id: Uuid, column: &'a Column, bare: bool },
    /// `accounts(…)/primarycontactid`, `accounts(…)/contact_customer_accounts`
    Related { id: Uuid, navigation: &'a Navigation, form: Form },
}

/// How related rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Themselves.
    Rows,
    /// `/$ref`: where they are.
    References,
    /// `(…)/$ref`: where one of a collection is.
    Reference(Uuid),
    /// `/$count`
    Count,
}

/// Sets of the real service that clients are likely to try; they are refused as not modelled instead of unknown.
const NOT_MODELLED: [&str; 50] = [
    "activitypointers",
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

/// Takes a path apart, still percent-encoded as it came.
pub(crate) fn read<'a>(
    path: &str,
    schema: &'a Schema,
) -> Result<(&'a Table, Resource<'a>), Problem> {
    let path = percent_decode_str(path).decode_utf8().map_err(|_| Problem::bad_syntax())?;
    let mut segments = split(path.trim_matches('/'), '/').into_iter();
    let first = segments.next().unwrap_or_default();
    let (set, key) = key(first)?;
    let table = table(set, schema)?;
    let rest: Vec<&str> = segments.collect();
    let resource = match (key, rest.as_slice()) {
        (None, []) => Resource::Set,
        (None, ["$count"]) => Resource::Count,
        (None, [other, rest @ ..]) => match Multiple::named(other) {
            Some(action) if rest.is_empty() => Resource::Action(action),
            _ => return Err(unknown_step(other)),
        },
        (Some(key), rest) => row(table, identifier(key, table)?, rest)?,
    };
    Ok((table, resource))
}

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

/// A segment as its name and what is in its parentheses.
fn key(segment: &str) -> Result<(&str, Option<&str>), Problem> {
    match segment.split_once('(') {
        None => Ok((segment, None)),
        Some((name, rest)) => match rest.strip_suffix(')') {
            Some(key) => Ok((name, Some(key.trim()))),
            None => Err(Problem::bad_syntax()),
        },
    }
}

fn table<'a>(set: &str, schema: &'a Schema) -> Result<&'a Table, Problem> {
    find(set, schema)?.ok_or_else(|| Problem::no_such_segment(set))
}

fn find<'a>(set: &str, schema: &'a Schema) -> Result<Option<&'a Table>, Problem> {
    if NOT_MODELLED.contains(&set) {
        return Err(Problem::not_modelled(&format!("The entity set '{set}'")));
    }
    Ok(schema.tables.values().find(|table| table.set_name == set))
}

/// A GUID, bare or quoted or as `accountid=…`; alternate keys are refused by name.
fn identifier(key: &str, table: &Table) -> Result<Uuid, Problem> {
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

fn row<'a>(table: &'a Table, id: Uuid, rest: &[&str]) -> Result<Resource<'a>, Problem> {
    let Some((name, rest)) = rest.split_first() else { return Ok(Resource::Row(id)) };
    if let Some(column) = table.columns.get(*name) {
        return match rest {
            [] => Ok(Resource::Property { id, column, bare: false }),
            ["$value"] => Ok(Resource::Property { id, column, bare: true }),
            [other, ..] => Err(unknown_step(other)),
        };
    }
    let (name, member) = key(name)?;
    let Some(navigation) = table.navigation.get(name) else { return Err(unknown_step(name)) };
    let form = match rest {
        ["$ref"] if navigation.collection && member.is_some() => {
            let member = member.and_then(guid).ok_or_else(Problem::bad_syntax)?;
            Form::Reference(member)
        }
        _ if member.is_some() => {
            return Err(Problem::not_modelled(&format!("A row by its key inside '{name}'")));
        }
        [] => Form::Rows,
        ["$ref"] => Form::References,
        ["$count"] if navigation.collection => Form::Count,
        _ => {
            return Err(Problem::not_modelled(&format!(
                "A path behind the navigation property '{name}'"
            )));
        }
    };
    Ok(Resource::Related { id, navigation, form })
}

fn unknown_step(name: &str) -> Problem {
    if name.starts_with("Microsoft.Dynamics.CRM.") {
        return Problem::not_modelled(&format!("The operation or type '{name}'"));
    }
    Problem::no_such_segment(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "7A914942-34cb-ed11-b596-0022481d68cd";

    fn message(path: &str) -> (u16, String) {
        let refusal = read(path, &Schema::stock()).unwrap_err();
        (refusal.status.as_u16(), refusal.message)
    }

    #[test]
    fn takes_an_id_bare_quoted_named_and_encoded() {
        let schema = Schema::stock();
        let all = [
            format!("accounts({ID})"),
            format!("accounts('{ID}')"),
            format!("/accounts(accountid={ID})/"),
            format!("accounts%28{ID}%29"),
        ];
        for path in all {
            let (table, resource) = read(&path, &schema).unwrap();
            assert_eq!(table.logical_name, "account");
            assert!(
                matches!(resource, Resource::Row(id) if id.to_string() == ID.to_lowercase()),
                "{path}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_guid() {
        let bad = (400, "Bad Request - Error in query syntax.".to_owned());
        for key in ["not-a-guid", "", &format!("{{{ID}}}"), &ID.replace('-', "")] {
            assert_eq!(message(&format!("accounts({key})")), bad, "{key}");
        }
        assert_eq!(message("accounts(").0, 400);
        assert_eq!(message("accounts(name='x')").0, 501);
    }

    #[test]
    fn refuses_unknown_and_unmodelled_sets() {
        assert_eq!(
            message("conacs"),
            (404, "Resource not found for the segment 'conacs'.".to_owned())
        );
        assert_eq!(message("Accounts").0, 404);
        for set in ["leads", "stringmaps", "activitypointers", "workflows"] {
            assert_eq!(message(set).0, 501, "{set}");
        }
        assert_eq!(message(&format!("accounts({ID})/foo")).0, 404);
        assert_eq!(message(&format!("accounts({ID})/Microsoft.Dynamics.CRM.Merge")).0, 501);
    }
}
