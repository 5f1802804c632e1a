//! `GET contacts(<id>)` or `GET contacts?$filter=…`
//!
//! Finds contacts by id, part of the full name, filter, or any combination, with all columns
//! ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows

use super::ROW_LIMIT;
use crate::action::{Action, MemberKind, OutputMember, Spec};
use crate::arguments::{Arguments, Parameter, ParameterKind};
use crate::call::Call;
use crate::check;
use crate::contract::FindContactInput;
use crate::dataverse::query::Filter;
use crate::dataverse::request::row;
use crate::dataverse::{Request, Rows};
use crate::error::Error;

const CONTACT_ID: Parameter =
    Parameter::optional("contact_id", ParameterKind::Text, "Contact GUID to look up directly");
const NAME: Parameter = Parameter::optional(
    "name",
    ParameterKind::Text,
    "Find contacts whose full name contains this value",
);
const FILTER: Parameter = Parameter::optional(
    "filter",
    ParameterKind::Text,
    "Custom OData $filter expression (e.g. “lastname eq ‘Smith’“)",
);

/// The action `find_contact`.
pub struct FindContact;

impl Action for FindContact {
    const SPEC: Spec = Spec {
        name: "find_contact",
        description: "Find contacts by id, by part of the full name, by an OData filter, or by any of them together.",
        parameters: &[CONTACT_ID, NAME, FILTER],
        output: &[OutputMember { name: "contacts", kind: MemberKind::Objects }],
    };
    type Input = FindContactInput;
    type Output = Rows;

    fn read(arguments: &Arguments<'_>) -> FindContactInput {
        FindContactInput {
            contact_id: arguments.text(&CONTACT_ID),
            name: arguments.text(&NAME),
            filter: arguments.text(&FILTER),
        }
    }

    fn run(input: &FindContactInput, call: &mut Call<'_>) -> Result<Rows, Error> {
        let id = match check::present(input.contact_id.as_deref()) {
            Some(id) => Some(check::id(&CONTACT_ID, id)?),
            None => None,
        };
        let name = match check::present(input.name.as_deref()) {
            Some(name) => {
                let name = check::text(&NAME, name, check::TERM_LIMIT)?;
                Some(Filter::contains("fullname", &name))
            }
            None => None,
        };
        let own = check::filter(&FILTER, input.filter.as_deref())?;
        let others = both(name, own);
        let filter = match (&id, others) {
            (Some(id), None) => {
                let row = call.ask(&Request::get(row("contacts", id)))?.into_row("contactid")?;
                return Ok(Rows::one(row));
            }
            (Some(id), others) => both(Some(Filter::is("contactid", id)), others),
            (None, others) => others,
        };
        let filter = filter.ok_or_else(|| {
            Error::fix_input(
                "no contact is specified (expected `contact_id`, `name`, `filter`, or several of them)",
            )
        })?;
        call.rows(Request::get("contacts").filter(Some(&filter)), ROW_LIMIT)
    }
}

fn both(one: Option<Filter>, other: Option<Filter>) -> Option<Filter> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::recorded::{answer, ask};

    const ID: &str = "a56b3f4b-1be7-e611-8101-e0071b6af231";

    fn asked(contact_id: &str, name: &str, filter: &str) -> alloc::vec::Vec<alloc::string::String> {
        let given = |text: &str| (!text.is_empty()).then(|| text.into());
        let input = FindContactInput {
            contact_id: given(contact_id),
            name: given(name),
            filter: given(filter),
        };
        // Both a row and a collection with one row.
        let ran = ask::<FindContact>(input, |_| answer(200, r#"{"contactid":"","value":[{}]}"#));
        assert_eq!(ran.result.map(|rows| rows.len()).ok(), Some(1));
        ran.requests
    }

    #[test]
    fn reads_one_by_its_id() {
        assert_eq!(
            asked(ID, "", ""),
            ["GET /api/data/v9.2/contacts(a56b3f4b-1be7-e611-8101-e0071b6af231)"]
        );
    }

    #[test]
    fn combines_all_given_conditions() {
        assert_eq!(
            asked(ID, "O'Brien", "a eq 1 or b eq 2"),
            [
                "GET /api/data/v9.2/contacts?$filter=contactid%20eq%20a56b3f4b-1be7-e611-8101-e0071b6af231\
                 %20and%20contains(fullname,'O''Brien')%20and%20(a%20eq%201%20or%20b%20eq%202)"
            ]
        );
    }

    #[test]
    fn refuses_a_call_without_conditions() {
        let input = FindContactInput { contact_id: None, name: Some(" ".into()), filter: None };
        let ran = ask::<FindContact>(input, |_| answer(200, "{}"));
        assert_eq!(
            ran.result.unwrap_err().message,
            "no contact is specified (expected `contact_id`, `name`, `filter`, or several of them)"
        );
        assert!(ran.requests.is_empty());
    }
}
