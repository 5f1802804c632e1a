//! `GET WhoAmI`
//!
//! Checks that the organization answers and accepts the credentials ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/whoami

use crate::call::Call;
use crate::contract::{Connection, Failure};
use crate::dataverse::Request;
use crate::dataverse::answer::required;
use crate::error::Error;
use crate::json::Json;
use crate::outside::Outside;

/// Asks Dataverse for the calling user.
///
/// # Errors
///
/// Those of [`Call::ask`].
pub fn check_connection(outside: Outside<'_>) -> Result<Connection, Failure> {
    let mut call = Call::new(outside);
    let answer = call.ask(&Request::get("WhoAmI"));
    answer.and_then(|answer| read(answer.json()?)).map_err(|error| call.failure(error))
}

fn read(me: Json<'_>) -> Result<Connection, Error> {
    Ok(Connection {
        user_id: required(me, "UserId")?,
        business_unit_id: required(me, "BusinessUnitId")?,
        organization_id: required(me, "OrganizationId")?,
    })
}
