//! Responses from Dataverse with arbitrary bytes.

use arbitrary::Arbitrary;
use dynamics365_sales::actions::ALL;
use dynamics365_sales::http::{ExchangeError, Response};

use crate::call::call;

const ID: &str = "a56b3f4b-1be7-e611-8101-e0071b6af231";

/// What a server does, step by step.
#[derive(Debug, Arbitrary)]
pub struct Script {
    action: u8,
    steps: Vec<Step>,
}

#[derive(Debug, Arbitrary)]
enum Step {
    Rows(Vec<u8>),
    Answer { status: u8, header: Option<(Header, String)>, body: Vec<u8> },
    NotSent,
    Unknown,
    TooLarge,
    Denied,
}

#[derive(Debug, Arbitrary)]
enum Header {
    RetryAfter,
    EntityId,
    Challenge,
    RequestId,
}

impl Header {
    fn name(&self) -> &'static str {
        match self {
            Header::RetryAfter => "retry-after",
            Header::EntityId => "odata-entityid",
            Header::Challenge => "www-authenticate",
            Header::RequestId => "x-ms-service-request-id",
        }
    }
}

impl Step {
    fn answer(self) -> Result<Response, ExchangeError> {
        match self {
            Step::Rows(rows) => {
                let body = [br#"{"value":[{"#.as_slice(), &rows, b"}]}"].concat();
                Ok(Response { status: 200, headers: Vec::new(), body })
            }
            Step::Answer { status, header, body } => {
                let headers = header.into_iter();
                let headers =
                    headers.map(|(name, value)| (name.name().to_owned(), value)).collect();
                // Every class of status, and the statuses in it that have a meaning here.
                let status = 100 * (u16::from(status) / 40 + 1) + u16::from(status) % 40;
                Ok(Response { status, headers, body })
            }
            Step::NotSent => Err(ExchangeError::NotSent("no connection".to_owned())),
            Step::Unknown => Err(ExchangeError::Unknown("the connection ended".to_owned())),
            Step::TooLarge => Err(ExchangeError::TooLarge),
            Step::Denied => Err(ExchangeError::Denied),
        }
    }
}

/// For any response of a server, every action returns valid output after a bounded number of
/// requests.
pub fn survives_any_answer(script: Script) {
    let Some(entry) = ALL.get(usize::from(script.action) % ALL.len()) else { return };
    let answers: Vec<_> = script.steps.into_iter().map(Step::answer).collect();
    call(entry.spec.name, &input(entry.spec.name), &answers);
}

/// An input with which the action sends every kind of request it can.
fn input(action: &str) -> String {
    match action {
        "create_appointment" => format!(
            r#"{{"subject":"s","scheduledstart":"2026-02-20T12:00:00Z","scheduledend":"2026-02-20T13:00:00Z",
            "regarding_account_id":"{ID}","required_attendee_email":"a@b.c","category":1}}"#
        ),
        "create_custom_entity" => {
            format!(r#"{{"solution_id":"{ID}","display_name":"d","primary_attribute":"p"}}"#)
        }
        "find_contact" => r#"{"name":"n"}"#.to_owned(),
        "get_account" => format!(r#"{{"account_id":"{ID}"}}"#),
        "search_accounts" => r#"{"search_term":"t"}"#.to_owned(),
        "update_appointment" => format!(
            r#"{{"appointment_id":"{ID}","scheduledend":"2026-02-20T12:00:00Z","category":1}}"#
        ),
        _ => "{}".to_owned(),
    }
}
