//! `GET WhoAmI`
//!
//! Check that the organization is reached and the credentials are taken ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/whoami

use crate::call::Call;
use crate::contract::{Connection, Failure};
use crate::dataverse::Request;
use crate::dataverse::answer::required;
use crate::failure::Problem;
use crate::json::Json;
use crate::shell::Shell;

/// Asks Dataverse who the caller is.
///
/// # Errors
///
/// Those of [`Call::ask`].
pub fn check(shell: Shell<'_>) -> Result<Connection, Failure> {
    let mut call = Call::new(shell);
    let answer = call.ask(&Request::get("WhoAmI"));
    answer.and_then(|answer| read(answer.json()?)).map_err(|problem| call.failure(problem))
}

fn read(me: Json<'_>) -> Result<Connection, Problem> {
    Ok(Connection {
        user_id: required(me, "UserId")?,
        business_unit_id: required(me, "BusinessUnitId")?,
        organization_id: required(me, "OrganizationId")?,
    })
}
