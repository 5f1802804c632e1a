//! `GET accounts(…)`: one row.

use http::StatusCode;
use uuid::Uuid;

use super::Request;
use crate::exchange::{Body, Reply};
use crate::problem::Problem;
use crate::query::expand::{Expand, context};
use crate::query::select::Select;
use crate::schema::Table;
use crate::session::Session;
use crate::store::Row;
use crate::wire::Shape;

/// `GET accounts(…)`
pub(super) fn row(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
) -> Result<Reply, Problem> {
    request.options.only(&["$select", "$expand"], "a single row")?;
    let row = request.row(session, table, id)?;
    // 304 is possible only without `$expand` and without annotations (documented).
    let plain = request.options.get("$expand").is_none() && !request.preferences.annotations.any();
    if plain && request.conditions.known(row) {
        let mut reply = Reply::no_content().with("ETag", row.etag());
        reply.status = StatusCode::NOT_MODIFIED;
        return Ok(reply);
    }
    let reply = shown(session, request, table, row, true)?;
    Ok(request.applied(reply, false, false))
}

/// A row as the body of an answer, shaped by `$select` and, if allowed, `$expand`.
pub(super) fn shown(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    row: &Row,
    expand: bool,
) -> Result<Reply, Problem> {
    let select = Select::read(request.options.get("$select"), table)?;
    let text = request.options.get("$expand").filter(|_| expand);
    let expands = Expand::read(text, table, session.around(&request.options))?;
    let mut writer = request.writer(session);
    writer.json.open(b'{');
    writer.context(&match context(&select, &expands) {
        Some(inner) => format!("{}({inner})/$entity", table.set_name),
        None => format!("{}/$entity", table.set_name),
    });
    let shape = Shape { select: &select, expands: &expands, etag: true, besides: None };
    writer.members(table, row, shape);
    writer.json.close(b'}');
    // The service exposes this header, but no capture of a single row shows it (unverified).
    let mut reply = Reply::no_content().with("ETag", row.etag());
    reply.status = StatusCode::OK;
    reply.body = Some(Body::Text(writer.json.into_bytes()));
    Ok(reply)
}
