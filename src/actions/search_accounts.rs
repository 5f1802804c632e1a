//! `GET accounts?$select=…&$filter=contains(name,'…')`
//!
//! Find accounts whose name contains a text, taken literally ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows

use super::{ACCOUNT_COLUMNS, MOST_ROWS};
use crate::action::{Action, Field, FieldKind, Spec};
use crate::call::Call;
use crate::contract::SearchAccountsInput;
use crate::dataverse::query::Filter;
use crate::dataverse::{Request, Rows};
use crate::failure::Problem;
use crate::fields::{Fields, Kind, Param};
use crate::input;

/// The page of `search_accounts`.
pub struct SearchAccounts;

impl Action for SearchAccounts {
    const SPEC: Spec = Spec {
        name: "search_accounts",
        description: "Find accounts whose name contains a text.",
        params: &[Param::required(
            "search_term",
            Kind::Text,
            "Substring to match against account name",
        )],
        output: &[Field { name: "accounts", kind: FieldKind::Objects }],
    };
    type Input = SearchAccountsInput;
    type Output = Rows;

    fn input(fields: &Fields<'_>) -> SearchAccountsInput {
        SearchAccountsInput { search_term: fields.required("search_term") }
    }

    fn run(input: &SearchAccountsInput, call: &mut Call<'_>) -> Result<Rows, Problem> {
        let term = input::text("search_term", &input.search_term, input::TERM_LIMIT)?;
        let request = Request::get("accounts")
            .select(&ACCOUNT_COLUMNS)
            .filter(Some(&Filter::contains("name", &term)));
        call.rows(request, MOST_ROWS)
    }
}
