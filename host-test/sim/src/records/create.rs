//! `POST accounts`: a new row
//! ([create](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-entity-web-api)).

use http::StatusCode;
use uuid::Uuid;

use super::{Request, read};
use crate::exchange::Reply;
use crate::payload::{Payload, Use, insert};
use crate::problem::Problem;
use crate::query::expand::Expand;
use crate::query::select::Select;
use crate::schema::Table;
use crate::session::Session;

/// `POST accounts`
pub(super) fn create(
    session: &mut Session<'_>,
    request: &Request<'_>,
    table: &Table,
) -> Result<Reply, Problem> {
    shape(session, request, table)?;
    let members = Payload::members(request.exchange, table)?;
    let payload = Payload::read(session, table, members, Use::Create)?;
    let id = insert(session, table, None, payload)?;
    created(session, request, table, id)
}

/// Refuses a wrong `$select` or `$expand` before anything is written.
pub(super) fn shape(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
) -> Result<(), Problem> {
    request.options.only(&["$select", "$expand"], "a write")?;
    Select::read(request.options.get("$select"), table)?;
    Expand::read(request.options.get("$expand"), table, session.around(&request.options))?;
    Ok(())
}

/// The answer to a create: 204 with the URL of the row, or 201 with the row.
pub(super) fn created(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
) -> Result<Reply, Problem> {
    let link = format!("{}{}({id})", request.exchange.service_root(), table.set_name);
    let row = session.rows.row(&table.logical_name, id).ok_or_else(Problem::unexpected)?;
    if !request.preferences.representation {
        // The documentation shows `OData-EntityId`; captures also show `Location`.
        return Ok(Reply::no_content().with("Location", link.clone()).with("OData-EntityId", link));
    }
    let mut reply = read::shown(session, request, table, row, true)?;
    reply.status = StatusCode::CREATED;
    if session.settings.representation_has_entity_id {
        reply = reply.with("OData-EntityId", link);
    }
    Ok(request.applied(reply, false, true))
}
