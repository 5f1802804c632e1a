//! `GET accounts?$select=…&$filter=contains(name,'…')`
//!
//! Finds accounts whose name contains a literal text ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows

use super::{ACCOUNT_COLUMNS, ROW_LIMIT};
use crate::action::{Action, MemberKind, OutputMember, Spec};
use crate::arguments::{Arguments, Parameter, ParameterKind};
use crate::call::Call;
use crate::check;
use crate::contract::SearchAccountsInput;
use crate::dataverse::query::Filter;
use crate::dataverse::{Request, Rows};
use crate::error::Error;

const SEARCH_TERM: Parameter = Parameter::required(
    "search_term",
    ParameterKind::Text,
    "Substring to match against account name",
);

/// The action `search_accounts`.
pub struct SearchAccounts;

impl Action for SearchAccounts {
    const SPEC: Spec = Spec {
        name: "search_accounts",
        description: "Find accounts whose name contains a text.",
        parameters: &[SEARCH_TERM],
        output: &[OutputMember { name: "accounts", kind: MemberKind::Objects }],
    };
    type Input = SearchAccountsInput;
    type Output = Rows;

    fn read(arguments: &Arguments<'_>) -> SearchAccountsInput {
        SearchAccountsInput { search_term: arguments.required(&SEARCH_TERM) }
    }

    fn run(input: &SearchAccountsInput, call: &mut Call<'_>) -> Result<Rows, Error> {
        let term = check::text(&SEARCH_TERM, &input.search_term, check::TERM_LIMIT)?;
        let request = Request::get("accounts")
            .select(&ACCOUNT_COLUMNS)
            .filter(Some(&Filter::contains("name", &term)));
        call.rows(request, ROW_LIMIT)
    }
}
