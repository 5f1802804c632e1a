//! The resource of a path: `accounts`, `accounts(…)/name`, `accounts(…)/primarycontactid/$ref`.

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::multiple::Multiple;
use crate::address::{find, identifier, key};
use crate::problem::Problem;
use crate::query::filter::guid;
use crate::query::split;
use crate::schema::{Column, Navigation, Schema, Table};

/// The resource of a path.
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
    /// `accounts(…)/name`, or with `/$value` the bare value.
    Property { id: Uuid, column: &'a Column, bare: bool },
    /// `accounts(…)/primarycontactid`, `accounts(…)/contact_customer_accounts`
    Related { id: Uuid, navigation: &'a Navigation, form: Form },
}

/// The requested form of related rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The rows themselves.
    Rows,
    /// `/$ref`: the URLs of the rows.
    References,
    /// `(…)/$ref`: the URL of one row of a collection.
    Reference(Uuid),
    /// `/$count`
    Count,
}

/// Parses a path, which is still percent-encoded.
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

fn table<'a>(set: &str, schema: &'a Schema) -> Result<&'a Table, Problem> {
    find(set, schema)?.ok_or_else(|| Problem::no_such_segment(set))
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
    fn accepts_an_id_bare_quoted_named_and_encoded() {
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
    fn refuses_an_invalid_guid() {
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
        for set in ["leads", "stringmaps", "emails", "workflows"] {
            assert_eq!(message(set).0, 501, "{set}");
        }
        assert_eq!(message(&format!("accounts({ID})/foo")).0, 404);
        assert_eq!(message(&format!("accounts({ID})/Microsoft.Dynamics.CRM.Merge")).0, 501);
    }
}
