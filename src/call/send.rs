//! Sends a request to the Web API with its token, and reads its response.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::Call;
use super::attempts::Delivered;
use super::session::Session;
use crate::dataverse::refusal::Meaning;
use crate::dataverse::request::{Patience, URL_LIMIT};
use crate::dataverse::{Answer, Request, refusal};
use crate::error::Error;
use crate::http::{self, Method, Response, Timeouts};
use crate::text::{counted, filled};

/// The path of the Web API.
pub(super) const SERVICE_ROOT: &str = "/api/data/v9.2/";
const USER_AGENT: &str = concat!("dynamics365-sales/", env!("CARGO_PKG_VERSION"));

impl Call<'_> {
    /// Sends a request and returns its successful response. An access token that Dataverse rejects
    /// is renewed once; requests that may be retried are retried within the
    /// [`BUDGET`](crate::retry::BUDGET).
    ///
    /// # Errors
    ///
    /// Only here does a status other than success become a failure.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, Error> {
        let root = if request.resource.starts_with('/') { "" } else { SERVICE_ROOT };
        let length = self.instance()?.origin.url().len() + root.len() + request.resource.len();
        if length > URL_LIMIT {
            return Err(Error::fix_input(filled!(
                "the input makes a URL longer than the {} bytes that Dynamics 365 takes; shorten the filter or the text",
                &[&counted(URL_LIMIT)],
            )));
        }
        let mut unsure = false;
        let result = self.exchange(request, &mut unsure);
        result.map_err(|mut failure| {
            failure.may_have_been_applied |= unsure && request.method != Method::Get;
            failure
        })
    }

    fn exchange(&mut self, request: &Request, unsure: &mut bool) -> Result<Answer, Error> {
        let mut session = self.session()?;
        loop {
            let sent = self.deliver(&wire(request, &session), request.repeat, unsure)?;
            let Delivered { response, told } = sent;
            if (200..300).contains(&response.status) {
                let Response { status, headers, body } = response;
                return Ok(Answer { status, headers, body });
            }
            // Dataverse checks the token before the request, so even a write may be retried.
            if response.status == 401
                && refusal::meaning(&response) == Meaning::SignIn
                && let Some(renewed) = self.renew_session(&session)?
            {
                session = renewed;
                continue;
            }
            return Err(refusal::failure(&response, told));
        }
    }
}

/// The request on the wire, with the headers that every request to the Web API
/// [carries](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#http-headers).
fn wire(request: &Request, session: &Session) -> http::Request {
    let of_method = match request.method {
        // The word `null`: not a condition, but it bypasses caches on the path.
        Method::Get => ("If-None-Match", "null"),
        _ => ("Content-Type", "application/json"),
    };
    let mut headers = Vec::from([
        ("Accept", "application/json".to_owned()),
        ("OData-MaxVersion", "4.0".to_owned()),
        ("OData-Version", "4.0".to_owned()),
        ("User-Agent", USER_AGENT.to_owned()),
        ("Authorization", filled!("Bearer {}", &[&session.token.value])),
        (of_method.0, of_method.1.to_owned()),
    ]);
    for (name, value) in &request.headers {
        headers.push((*name, value.clone()));
    }
    let first_byte = match (request.patience, request.method) {
        (Patience::Long, _) => 300,
        (Patience::Usual, Method::Get) => 30,
        (Patience::Usual, _) => 60,
    };
    let path = match request.resource.starts_with('/') {
        true => request.resource.clone(),
        false => filled!("{}{}", &[SERVICE_ROOT, &request.resource]),
    };
    http::Request {
        method: request.method,
        origin: session.instance.origin.clone(),
        path,
        headers,
        body: request.body.clone(),
        has_length: true,
        timeouts: Timeouts { connect: 10, first_byte, between_bytes: 30 },
    }
}
