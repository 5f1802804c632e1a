//! `GET WhoAmI`, and the ids of the calling user
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/whoami)).

use serde_json::json;
use uuid::Uuid;

use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::world::World;

/// Answers `WhoAmI`, `WhoAmI()` and either with a query.
pub(crate) fn answer(world: &World, exchange: &Exchange) -> Result<Reply, Problem> {
    if !matches!(exchange.method, http::Method::GET | http::Method::HEAD) {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    let root = exchange.service_root();
    Ok(Reply::ok(json!({
        "@odata.context": format!("{root}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"),
        "BusinessUnitId": business_unit(world).to_string(),
        "UserId": world.caller.to_string(),
        "OrganizationId": organization(world).to_string(),
    })))
}

/// The organization's id, from the row of the calling user.
pub(crate) fn organization(world: &World) -> Uuid {
    column(world, "organizationid").unwrap_or(Uuid::from_u128(0xb1))
}

fn business_unit(world: &World) -> Uuid {
    column(world, "_businessunitid_value").unwrap_or(Uuid::from_u128(0xb2))
}

fn column(world: &World, name: &str) -> Option<Uuid> {
    world.row("systemuser", world.caller)?.get(name).guid()
}
