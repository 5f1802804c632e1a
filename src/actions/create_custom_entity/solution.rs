//! The solution of a table, its publisher's prefix, and whether a stored table is the one to
//! create.

use alloc::string::String;

use crate::call::Call;
use crate::contract::FailureKind;
use crate::dataverse::answer::required;
use crate::dataverse::request::row;
use crate::dataverse::{Guid, Request};
use crate::error::Error;
use crate::json::Json;
use crate::text::{bounded, filled};
use crate::time::{CLOCK_SKEW, Moment};

const PUBLISHER_COLUMNS: &str = "customizationprefix,customizationoptionvalueprefix,uniquename";

const ORGANIZATION: &str = ",organizationid($select=languagecode)";

/// The prefix of new option values if the publisher has none, as on a new organization.
const DEFAULT_OPTION_PREFIX: i64 = 10_000;

pub(super) struct Solution {
    pub(super) unique_name: String,
    /// The prefix of table and column names.
    pub(super) prefix: String,
    /// The value of the first option of a new choice.
    pub(super) first_option: i64,
    /// The organization's base language, if requested.
    pub(super) language: Option<i32>,
}

impl Solution {
    /// Reads the solution and its publisher in one request, and with them the organization if its
    /// language is needed.
    pub(super) fn ask(
        call: &mut Call<'_>,
        id: &Guid,
        with_language: bool,
    ) -> Result<Solution, Error> {
        let organization = if with_language { ORGANIZATION } else { "" };
        let request = Request::get(row("solutions", id))
            .select(&["uniquename", "ismanaged", "friendlyname"])
            .option(
                "$expand",
                &filled!("publisherid($select={}){}", &[PUBLISHER_COLUMNS, organization]),
            );
        match call.ask(&request) {
            // If the organization cannot be expanded, the table is still created.
            Err(failure)
                if with_language
                    && failure.status == Some(400)
                    && failure.kind == FailureKind::Refused =>
            {
                Solution::ask(call, id, false)
            }
            answer => Solution::read(answer?.json()?),
        }
    }

    fn read(json: Json<'_>) -> Result<Solution, Error> {
        let unique_name = required(json, "uniquename")?;
        let name = bounded(&unique_name, 100);
        if json.member("ismanaged").and_then(Json::boolean) == Some(true) {
            return Err(Error::fix_input(filled!(
                "the solution `{}` is managed and cannot take a table (expected one of list_solution_id_options)",
                &[&name],
            )));
        }
        // It is sent in a header, so it must follow Dataverse's rule for its form.
        let well_formed = !unique_name.is_empty()
            && unique_name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !well_formed {
            return Err(Error::report(filled!(
                "Dynamics 365 answered with a solution of the name `{}`",
                &[&name],
            )));
        }
        let no_prefix = || {
            Error::new(
                FailureKind::AskAdministrator,
                filled!(
                    "the publisher of the solution `{}` has no customization prefix, with which the names of tables begin",
                    &[&name],
                ),
            )
        };
        let publisher = json.member("publisherid").ok_or_else(no_prefix)?;
        let is_prefix = |prefix: &String| {
            (2..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        let prefix =
            publisher.text("customizationprefix").filter(is_prefix).ok_or_else(no_prefix)?;
        let option_prefix =
            publisher.member("customizationoptionvalueprefix").and_then(Json::integer);
        let first_option = option_prefix.unwrap_or(DEFAULT_OPTION_PREFIX).clamp(0, 99_999) * 10_000;
        let language = json
            .member("organizationid")
            .and_then(|organization| organization.member("languagecode")?.integer())
            .and_then(|code| i32::try_from(code).ok());
        Ok(Solution { unique_name, prefix, first_option, language })
    }
}

/// Whether the stored table is the one that was sent, not an older one: name and label are equal,
/// and it was not created before the call started.
pub(super) fn is_the_same(stored: &str, sent: &str, began: i64) -> bool {
    let (Ok(stored), Ok(sent)) = (Json::parse(stored), Json::parse(sent)) else { return false };
    let label = |table: Json<'_>| {
        let labels = table.member("DisplayName")?.member("LocalizedLabels")?.items()?;
        labels.first()?.text("Label")
    };
    let made = stored.text("CreatedOn").and_then(|text| Moment::parse(&text).ok());
    stored.text("SchemaName") == sent.text("SchemaName")
        && label(stored) == label(sent)
        && made.is_some_and(|made| made.0 >= began - CLOCK_SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn checked(json: &str) -> Result<Solution, Error> {
        Solution::read(Json::parse(json).unwrap())
    }

    #[test]
    fn takes_the_prefix_of_the_publisher() {
        let solution = checked(r#"{"uniquename":"Sales","ismanaged":false,"publisherid":{"customizationprefix":"contoso"}}"#).unwrap();
        assert_eq!((solution.unique_name.as_str(), solution.prefix.as_str()), ("Sales", "contoso"));
    }

    #[test]
    fn refuses_a_solution_that_cannot_contain_a_new_table() {
        let managed =
            checked(r#"{"uniquename":"S","ismanaged":true,"publisherid":null}"#).err().unwrap();
        assert!(managed.message.starts_with("the solution `S` is managed"));
        assert!(
            checked(r#"{"uniquename":"S","publisherid":{"customizationprefix":null}}"#).is_err()
        );
        assert!(
            checked(r#"{"uniquename":"S\r\nX: y","publisherid":{"customizationprefix":"new"}}"#)
                .is_err()
        );
    }

    #[test]
    fn knows_its_own_table_by_name_label_and_time() {
        let table = |name: &str, label: &str, made: &str| {
            format!(
                r#"{{"SchemaName":"{name}","DisplayName":{{"LocalizedLabels":[{{"Label":"{label}"}}]}}{made}}}"#
            )
        };
        let made = r#","CreatedOn":"1970-01-01T00:16:41Z""#;
        let sent = table("new_A", "A", "");
        assert!(is_the_same(&table("new_A", "A", made), &sent, 1_000));
        assert!(!is_the_same(&table("new_A", "A", made), &sent, 9_000));
        assert!(!is_the_same(&table("new_A", "A", ""), &sent, 1_000));
        assert!(!is_the_same(&table("new_A", "B", made), &sent, 1_000));
        assert!(!is_the_same(&table("new_a", "A", made), &sent, 1_000));
    }
}
