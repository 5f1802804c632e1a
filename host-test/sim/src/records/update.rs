//! `PATCH accounts(…)`: updates a row, or creates it
//! ([update](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api)).

use http::Method;
use uuid::Uuid;

use super::{Request, create, read};
use crate::exchange::Reply;
use crate::payload::{Payload, Use, change, insert};
use crate::problem::Problem;
use crate::record_settings::CreateByPatch;
use crate::schema::Table;
use crate::session::Session;
use crate::store::Row;

/// `PATCH accounts(…)`: an upsert, unless a condition says otherwise.
pub(super) fn patch(
    session: &mut Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
) -> Result<Reply, Problem> {
    create::shape(session, request, table)?;
    let members = Payload::members(request.exchange, table)?;
    if session.rows.row(&table.logical_name, id).is_none() && !request.conditions.must_exist() {
        let has_parties =
            members.iter().any(|member| member.name == "appointment_activity_parties");
        match session.settings.create_by_patch {
            CreateByPatch::RefusedWithParties if has_parties => {
                return Err(Problem::deep_upsert(&table.set_name));
            }
            CreateByPatch::NotAllowed => return Err(Problem::method_not_allowed(&Method::PATCH)),
            _ => {}
        }
        let payload = Payload::read(session, table, members, Use::Create)?;
        let id = insert(session, table, Some(id), payload)?;
        return create::created(session, request, table, id);
    }
    let row = request.row(session, table, id)?;
    if request.conditions.known(row) {
        return Err(Problem::duplicate_record());
    }
    let row = row.clone();
    let payload = Payload::read(session, table, members, Use::Update)?;
    apply(session, table, row, payload)?;
    if request.preferences.representation {
        let row = request_row(session, table, id)?;
        // `$expand` is ignored here (documented).
        let reply = read::shown(session, request, table, row, false)?;
        return Ok(request.applied(reply, false, true));
    }
    let reply = Reply::no_content();
    if !session.settings.update_has_entity_id {
        return Ok(reply);
    }
    let link = format!("{}{}({id})", request.exchange.service_root(), table.set_name);
    Ok(reply.with("Location", link.clone()).with("OData-EntityId", link))
}

/// Updates an existing row.
pub(super) fn apply(
    session: &mut Session<'_>,
    table: &Table,
    row: Row,
    payload: Payload,
) -> Result<(), Problem> {
    change(session, table, row, payload)
}

fn request_row<'s>(session: &'s Session<'_>, table: &Table, id: Uuid) -> Result<&'s Row, Problem> {
    session.rows.row(&table.logical_name, id).ok_or_else(Problem::unexpected)
}
