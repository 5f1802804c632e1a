//! `GET accounts(<id>)`
//!
//! Reads one account with all columns ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/retrieve-entity-using-web-api

use alloc::string::String;

use crate::action::{Action, MemberKind, OutputMember, Spec};
use crate::arguments::{Arguments, Parameter, ParameterKind};
use crate::call::Call;
use crate::check;
use crate::contract::GetAccountInput;
use crate::dataverse::Request;
use crate::dataverse::request::row;
use crate::error::Error;

const ACCOUNT_ID: Parameter =
    Parameter::required("account_id", ParameterKind::Text, "Account GUID to retrieve");

/// The action `get_account`.
pub struct GetAccount;

impl Action for GetAccount {
    const SPEC: Spec = Spec {
        name: "get_account",
        description: "Read one account, all columns.",
        parameters: &[ACCOUNT_ID],
        output: &[OutputMember { name: "account", kind: MemberKind::Object }],
    };
    type Input = GetAccountInput;
    type Output = String;

    fn read(arguments: &Arguments<'_>) -> GetAccountInput {
        GetAccountInput { account_id: arguments.required(&ACCOUNT_ID) }
    }

    fn run(input: &GetAccountInput, call: &mut Call<'_>) -> Result<String, Error> {
        let id = check::id(&ACCOUNT_ID, &input.account_id)?;
        call.ask(&Request::get(row("accounts", &id)))?.into_row("accountid")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::recorded::{answer, ask};

    fn input(account_id: &str) -> GetAccountInput {
        GetAccountInput { account_id: account_id.into() }
    }

    #[test]
    fn reads_the_row_unchanged() {
        let row = r#"{"@odata.etag":"W/\"1\"","accountid":"a56b3f4b-1be7-e611-8101-e0071b6af231"}"#;
        let ran = ask::<GetAccount>(input("{A56B3F4B-1BE7-E611-8101-E0071B6AF231}"), |_| {
            answer(200, row)
        });
        assert_eq!(ran.result.unwrap(), row);
        assert_eq!(
            ran.requests,
            ["GET /api/data/v9.2/accounts(a56b3f4b-1be7-e611-8101-e0071b6af231)"]
        );
    }

    #[test]
    fn sends_nothing_for_a_malformed_id() {
        let ran = ask::<GetAccount>(input("x)/contacts"), |_| answer(200, "{}"));
        assert!(ran.result.is_err() && ran.requests.is_empty());
    }
}
