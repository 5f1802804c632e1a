//! Rows over HTTP: entity sets, rows, their properties and related rows.

mod conditions;
mod create;
mod list;
mod multiple;
mod property;
mod read;
mod related;
mod remove;
mod resource;
#[cfg(test)]
mod tests;
mod update;

use http::Method;
use uuid::Uuid;

use crate::exchange::{Exchange, Reply};
use crate::prefer::Preferences;
use crate::problem::Problem;
use crate::query::Options;
use crate::schema::Table;
use crate::session::Session;
use crate::store::Row;
use crate::wire::{Json, Writer};
use crate::world::World;
use conditions::Conditions;
use multiple::Multiple;
use resource::{Form, Resource};

/// A request without its path.
struct Request<'a> {
    exchange: &'a Exchange,
    options: Options,
    preferences: Preferences,
    conditions: Conditions,
}

/// Answers a request for rows.
pub(crate) fn answer(world: &mut World, exchange: &Exchange) -> Result<Reply, Problem> {
    let mut session = world.session();
    let (table, resource) = resource::read(&exchange.resource, session.schema)?;
    let request = Request {
        exchange,
        options: Options::read(&exchange.query)?,
        preferences: Preferences::read(&exchange.headers),
        conditions: Conditions::read(&exchange.headers),
    };
    if exchange.method != Method::DELETE && request.options.get("$id").is_some() {
        return Err(Problem::bad_url("The query parameter '$id' is not supported."));
    }
    allowed(table, &resource, &exchange.method)?;
    let session = &mut session;
    match (&exchange.method, resource) {
        (&Method::GET | &Method::HEAD, resource) => match resource {
            Resource::Set => list::set(session, &request, table),
            Resource::Count => list::count(session, &request, table),
            Resource::Row(id) => read::row(session, &request, table, id),
            Resource::Property { id, column, bare } => {
                property::read(session, &request, table, id, column, bare)
            }
            Resource::Related { id, navigation, form } => {
                related::read(session, &request, table, id, navigation, form)
            }
            Resource::Action(_) => Err(Problem::method_not_allowed(&exchange.method)),
        },
        (&Method::POST, Resource::Action(action)) => {
            multiple::act(session, &request, table, action)
        }
        (&Method::POST, Resource::Set) => create::create(session, &request, table),
        (&Method::PATCH, Resource::Row(id)) => update::patch(session, &request, table, id),
        (&Method::DELETE, Resource::Row(id)) => remove::row(session, &request, table, id),
        (&Method::PUT | &Method::DELETE, Resource::Property { id, column, bare: false }) => {
            property::write(session, &request, table, id, column)
        }
        (&Method::DELETE, Resource::Related { id, navigation, form: Form::Reference(member) }) => {
            related::remove(session, &request, table, id, navigation, member)
        }
        (method, Resource::Related { id, navigation, form: Form::References }) => {
            related::write(session, &request, table, id, navigation, method)
        }
        (&Method::PUT, Resource::Row(_)) => Err(Problem::not_modelled(
            "PUT of a whole row (documentation advises against it; use PATCH)",
        )),
        (method, _) => Err(Problem::method_not_allowed(method)),
    }
}

/// Refuses unsupported operations: parties can be read only as a collection, and users cannot be
/// deleted.
fn allowed(table: &Table, resource: &Resource<'_>, method: &Method) -> Result<(), Problem> {
    let needed = match (method, resource) {
        (&Method::GET | &Method::HEAD, Resource::Row(_))
            if table.logical_name == "activityparty" =>
        {
            return Err(Problem::no_such_message("Retrieve", &table.logical_name));
        }
        (&Method::GET | &Method::HEAD, _) => return Ok(()),
        (&Method::POST, Resource::Set | Resource::Action(Multiple::Create)) => Method::POST,
        (&Method::DELETE, Resource::Row(_)) => Method::DELETE,
        (_, Resource::Set | Resource::Count) => return Err(Problem::method_not_allowed(method)),
        _ => Method::PATCH,
    };
    if table.operations.contains(&needed) {
        return Ok(());
    }
    let message = match needed {
        Method::POST => "Create",
        Method::DELETE => "Delete",
        _ => "Update",
    };
    Err(Problem::no_such_message(message, &table.logical_name))
}

impl Request<'_> {
    /// The row. Fails if it does not exist or if its version differs from the expected one.
    fn row<'s>(
        &self,
        session: &'s Session<'_>,
        table: &Table,
        id: Uuid,
    ) -> Result<&'s Row, Problem> {
        let row = session.rows.row(&table.logical_name, id);
        let row = row.ok_or_else(|| Problem::no_such_row(&table.logical_name, &id.to_string()))?;
        if self.conditions.met_by(row) { Ok(row) } else { Err(Problem::version_mismatch()) }
    }

    /// A writer for rows.
    fn writer<'s>(&'s self, session: &'s Session<'_>) -> Writer<'s> {
        Writer {
            json: Json::default(),
            store: session.rows,
            schema: session.schema,
            annotations: &self.preferences.annotations,
            root: self.exchange.service_root(),
            asker: session.asker(),
            page_size: self.preferences.page_size,
        }
    }

    /// The reply with `Preference-Applied`.
    fn applied(&self, mut reply: Reply, page_size: bool, representation: bool) -> Reply {
        for applied in self.preferences.applied(page_size, representation) {
            reply = reply.with("Preference-Applied", applied);
        }
        reply
    }
}
