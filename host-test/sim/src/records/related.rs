//! `accounts(…)/primarycontactid`, `accounts(…)/contact_customer_accounts`, or with `/$ref` only
//! the URLs of the rows.

use http::Method;
use uuid::Uuid;

use super::list::{Scope, count_in, rows};
use super::resource::Form;
use super::{Request, read, update};
use crate::address::reference;
use crate::cell::Cell;
use crate::exchange::Reply;
use crate::navigate::{children, follow};
use crate::payload::{Payload, Use};
use crate::problem::Problem;
use crate::query::expand::target;
use crate::schema::{Navigation, Table};
use crate::session::Session;

/// Reads related rows. An empty lookup answers 204 (inferred, from OData).
pub(super) fn read(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
    navigation: &Navigation,
    form: Form,
) -> Result<Reply, Problem> {
    let owner = request.row(session, table, id)?;
    let target = target(navigation, session.schema)?;
    let scope = Scope::Collection(navigation, id);
    match (navigation.collection, form) {
        (true, Form::Rows) => rows(session, request, target, scope),
        (true, Form::Count) => count_in(session, request, target, scope),
        (false, Form::Rows) => {
            request.options.only(&["$select", "$expand"], "a single row")?;
            let Some(row) = follow(session.rows, navigation, owner) else {
                return Ok(Reply::no_content());
            };
            let reply = read::shown(session, request, target, row, true)?;
            Ok(request.applied(reply, false, false))
        }
        (_, Form::Reference(_)) => Err(Problem::method_not_allowed(&request.exchange.method)),
        (collection, _) => {
            request.options.only(&[], "$ref")?;
            let found: Vec<Uuid> = if collection {
                children(session.rows, navigation, id).map(crate::store::Row::id).collect()
            } else {
                follow(session.rows, navigation, owner)
                    .map(crate::store::Row::id)
                    .into_iter()
                    .collect()
            };
            Ok(references(session, request, target, &found, collection))
        }
    }
}

fn references(
    session: &Session<'_>,
    request: &Request<'_>,
    target: &Table,
    found: &[Uuid],
    collection: bool,
) -> Reply {
    if found.is_empty() && !collection {
        return Reply::no_content();
    }
    let mut writer = request.writer(session);
    let link = |id: &Uuid| format!("{}{}({id})", request.exchange.service_root(), target.set_name);
    writer.json.open(b'{');
    writer.context(if collection { "Collection($ref)" } else { "$ref" });
    if collection {
        writer.json.key(&["value"]);
        writer.json.open(b'[');
    }
    for id in found {
        if collection {
            writer.json.open(b'{');
        }
        writer.json.key(&["@odata.id"]);
        writer.json.text(&link(id));
        if collection {
            writer.json.close(b'}');
        }
    }
    if collection {
        writer.json.close(b']');
    }
    writer.json.close(b'}');
    Reply::written(writer.json.into_bytes())
}

/// Associates and disassociates
/// ([doc](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api)):
/// `PUT` and `DELETE` of a lookup, `POST` into a collection.
pub(super) fn write(
    session: &mut Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
    navigation: &Navigation,
    method: &Method,
) -> Result<Reply, Problem> {
    let owner = request.row(session, table, id)?.clone();
    let target = target(navigation, session.schema);
    match (method, navigation.collection) {
        (&Method::DELETE, false) => {
            let payload = Payload::of(&navigation.column, Cell::Null);
            update::apply(session, table, owner, payload)?;
        }
        (&Method::PUT, false) => {
            let mut member = reference_member(request, table)?;
            member.name = format!("{}@odata.bind", navigation.name);
            let payload = Payload::read(session, table, vec![member], Use::Update)?;
            update::apply(session, table, owner, payload)?;
        }
        (&Method::POST, true) => {
            let member = reference_member(request, table)?;
            let (other, other_id) = reference(&member.text(table)?, session.schema)?;
            let target = target?;
            if other.logical_name != target.logical_name {
                return Err(Problem::no_such_bind_path());
            }
            let row = session.rows.row(&target.logical_name, other_id).cloned();
            let row = row
                .ok_or_else(|| Problem::no_such_row(&target.logical_name, &other_id.to_string()))?;
            let cell = Cell::reference(table.logical_name.clone(), id);
            update::apply(session, target, row, Payload::of(&navigation.column, cell))?;
        }
        (&Method::DELETE, true) => {
            // `…/$ref?$id=…` is the other form of `…(…)/$ref`.
            let path = request.options.get("$id").ok_or_else(Problem::bad_syntax)?;
            let (other, member) = reference(path, session.schema)?;
            if other.logical_name != target?.logical_name {
                return Err(Problem::no_such_bind_path());
            }
            return remove(session, request, table, id, navigation, member);
        }
        _ => return Err(Problem::method_not_allowed(method)),
    }
    Ok(Reply::no_content())
}

/// `DELETE accounts(…)/contact_customer_accounts(…)/$ref`: removes a row from a collection. A row
/// outside the collection is not found (inferred).
pub(super) fn remove(
    session: &mut Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
    navigation: &Navigation,
    member: Uuid,
) -> Result<Reply, Problem> {
    request.row(session, table, id)?;
    let target = target(navigation, session.schema)?;
    let found = children(session.rows, navigation, id).find(|row| row.id() == member).cloned();
    let row =
        found.ok_or_else(|| Problem::no_such_row(&target.logical_name, &member.to_string()))?;
    update::apply(session, target, row, Payload::of(&navigation.column, Cell::Null))?;
    Ok(Reply::no_content())
}

/// The `@odata.id` of the body.
fn reference_member(
    request: &Request<'_>,
    table: &Table,
) -> Result<crate::payload::Member, Problem> {
    let members = Payload::members(request.exchange, table)?;
    let member = members.into_iter().find(|member| member.name == "@odata.id");
    member.ok_or_else(|| {
        Problem::bad_payload(&table.set_name, "The property '@odata.id' is missing.")
    })
}
