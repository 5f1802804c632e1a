//! `GET accounts?$select=…&$filter=…`
//!
//! Lists accounts, exactly the requested number if enough exist ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results

use super::{ACCOUNT_COLUMNS, ROW_LIMIT};
use crate::action::{Action, MemberKind, OutputMember, Spec};
use crate::arguments::{Arguments, Constant, Parameter, ParameterKind};
use crate::call::Call;
use crate::check;
use crate::contract::ListAccountsInput;
use crate::dataverse::{Request, Rows};
use crate::error::Error;

const FILTER: Parameter = Parameter::optional(
    "filter",
    ParameterKind::Text,
    "Optional OData $filter (e.g. ‘statecode eq 0’ for active accounts)",
);
const RECORDS_PER_PAGE: Parameter = Parameter::optional(
    "records_per_page",
    ParameterKind::Integer,
    "Number of records per page (max 5000)",
)
.or(Constant::Integer(50));

/// The action `list_accounts`.
pub struct ListAccounts;

impl Action for ListAccounts {
    const SPEC: Spec = Spec {
        name: "list_accounts",
        description: "List accounts: id, name, telephone, e-mail and primary contact.",
        parameters: &[FILTER, RECORDS_PER_PAGE],
        output: &[OutputMember { name: "accounts", kind: MemberKind::Objects }],
    };
    type Input = ListAccountsInput;
    type Output = Rows;

    fn read(arguments: &Arguments<'_>) -> ListAccountsInput {
        ListAccountsInput {
            filter: arguments.text(&FILTER),
            records_per_page: arguments.integer(&RECORDS_PER_PAGE),
        }
    }

    fn run(input: &ListAccountsInput, call: &mut Call<'_>) -> Result<Rows, Error> {
        let filter = check::filter(&FILTER, input.filter.as_deref())?;
        let count = check::count(&RECORDS_PER_PAGE, input.records_per_page, ROW_LIMIT)?;
        let request = Request::get("accounts")
            .select(&ACCOUNT_COLUMNS)
            .filter(filter.as_ref())
            .page_size(count);
        call.rows(request, count)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;
    use crate::action::recorded::{answer, ask};

    fn input(count: i32) -> ListAccountsInput {
        ListAccountsInput { filter: Some("statecode eq 0".into()), records_per_page: Some(count) }
    }

    fn page(rows: usize, next: Option<&str>) -> String {
        let row = format!("{{\"before\":\"{}\"}}", next.unwrap_or_default());
        let rows = alloc::vec![row; rows].join(",");
        let next = next.map(|link| format!(",\"@odata.nextLink\":\"{link}\"")).unwrap_or_default();
        format!("{{\"value\":[{rows}]{next}}}")
    }

    const NEXT: &str = "https://org.crm.dynamics.com/api/data/v9.2/accounts?$skiptoken=%3Ccookie%20x=%22%2522%22%3E";

    #[test]
    fn follows_the_next_link_unchanged_until_it_has_enough_rows() {
        let mut pages = [page(2, Some(NEXT)), page(2, Some("accounts?more"))].into_iter();
        let ran = ask::<ListAccounts>(input(3), |_| answer(200, &pages.next().unwrap()));
        assert_eq!(ran.result.unwrap().len(), 3);
        assert_eq!(
            ran.requests,
            [
                "GET /api/data/v9.2/accounts?$select=accountid,name,telephone1,emailaddress1,_primarycontactid_value&$filter=(statecode%20eq%200)\n\
                 Prefer: odata.maxpagesize=3",
                "GET /api/data/v9.2/accounts?$skiptoken=%3Ccookie%20x=%22%2522%22%3E\nPrefer: odata.maxpagesize=3",
            ]
        );
    }

    #[test]
    fn stops_when_the_first_page_has_enough_rows() {
        let ran = ask::<ListAccounts>(input(2), |_| answer(200, &page(2, Some(NEXT))));
        assert_eq!((ran.result.unwrap().len(), ran.requests.len()), (2, 1));
    }

    #[test]
    fn follows_no_link_to_another_host_or_in_a_circle() {
        for link in ["https://example.com/api/data/v9.2/accounts", "/login", "accounts?again"] {
            let ran = ask::<ListAccounts>(input(9), |_| answer(200, &page(1, Some(link))));
            assert!(ran.result.is_err(), "{link}");
            assert!(ran.requests.len() <= 2, "{link}");
        }
    }
}
