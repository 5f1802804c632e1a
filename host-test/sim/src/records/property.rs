//! `accounts(…)/name`: one column of one row.

use http::Method;
use uuid::Uuid;

use super::{Request, list, update};
use crate::exchange::Reply;
use crate::payload::{Member, Payload};
use crate::problem::Problem;
use crate::schema::{Column, Table};
use crate::session::Session;

/// `GET accounts(…)/name`, or with `/$value` the bare text. An empty column answers 204, as OData
/// requires.
pub(super) fn read(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
    column: &Column,
    bare: bool,
) -> Result<Reply, Problem> {
    request.options.only(&[], "a single property")?;
    let row = request.row(session, table, id)?;
    let cell = row.get(&column.name);
    if cell.is_null() {
        return Ok(Reply::no_content());
    }
    if bare {
        return Ok(list::plain(cell.plain()));
    }
    let mut writer = request.writer(session);
    writer.json.open(b'{');
    writer.context(&format!("{}({id})/{}", table.set_name, column.name));
    writer.json.key(&["value"]);
    writer.value(cell);
    writer.json.close(b'}');
    Ok(request.applied(Reply::written(writer.json.into_bytes()), false, false))
}

/// `PUT accounts(…)/name` with `{"value":…}`, and `DELETE accounts(…)/name`, which empties it.
pub(super) fn write(
    session: &mut Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
    column: &Column,
) -> Result<Reply, Problem> {
    let row = request.row(session, table, id)?.clone();
    let member = if request.exchange.method == Method::PUT {
        let members = Payload::members(request.exchange, table)?;
        let value = members.into_iter().find(|member| member.name == "value");
        let value = value.ok_or_else(|| {
            Problem::bad_payload(&table.set_name, "The property 'value' is missing.")
        })?;
        Member { name: column.name.clone(), value: value.value }
    } else {
        Member::null(&column.name)
    };
    let payload = Payload::read(session, table, vec![member], crate::payload::Use::Update)?;
    update::apply(session, table, row, payload)?;
    Ok(Reply::no_content())
}
