//! The body of a write: checks its members one by one, then writes rows.

mod appointment;
mod bind;
mod derive;
mod members;
mod publisher;
mod value;
mod write;

use uuid::Uuid;

pub(crate) use members::Member;
pub(crate) use write::{change, insert};

use crate::cell::Cell;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::schema::{ColumnType, Navigation, Table};
use crate::session::Session;

/// The use of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// A new row.
    Create,
    /// A change to a row.
    Update,
    /// A row of a test fixture, which may set read-only columns and bare lookups.
    Fixture,
}

/// A checked payload.
#[derive(Debug, Clone, Default)]
pub(crate) struct Payload {
    /// The new cells, by column.
    pub(crate) cells: Vec<(String, Cell)>,
    /// The rows to create with it, by collection.
    pub(crate) children: Vec<(Navigation, Payload)>,
}

impl Payload {
    /// The members of a request's body.
    pub(crate) fn members(exchange: &Exchange, table: &Table) -> Result<Vec<Member>, Problem> {
        members::read(exchange, &table.set_name)
    }

    /// The objects in a list, as their members.
    pub(crate) fn items(member: &Member, table: &Table) -> Result<Vec<Vec<Member>>, Problem> {
        members::items(member, &table.set_name)
    }

    /// A payload with one cell.
    pub(crate) fn of(column: &str, cell: Cell) -> Self {
        Payload { cells: vec![(column.to_owned(), cell)], children: Vec::new() }
    }

    /// The cell for a column, if the payload has one.
    pub(crate) fn get(&self, column: &str) -> Option<&Cell> {
        self.cells.iter().rev().find(|(name, _)| name == column).map(|(_, cell)| cell)
    }

    /// Checks members against the table and writes nothing yet.
    pub(crate) fn read(
        session: &Session<'_>,
        table: &Table,
        members: Vec<Member>,
        r#use: Use,
    ) -> Result<Self, Problem> {
        let mut payload = Payload::default();
        for member in &members {
            match member.name.split_once('@') {
                Some(("", "odata.type")) => declared(table, member)?,
                // `@odata.etag` and the like describe the row and change nothing.
                Some(("", _)) => {}
                Some((name, "odata.bind")) => payload.bind(session, table, name, member, r#use)?,
                Some((name, _)) => annotation(table, name)?,
                None => payload.member(session, table, member, r#use)?,
            }
        }
        Ok(payload)
    }

    fn bind(
        &mut self,
        session: &Session<'_>,
        table: &Table,
        name: &str,
        member: &Member,
        r#use: Use,
    ) -> Result<(), Problem> {
        let navigation = table.navigation.get(name);
        let navigation = navigation.ok_or_else(|| undeclared_navigation(table, name))?;
        if navigation.collection {
            return Err(Problem::not_modelled(&format!("'{}@odata.bind' of a collection", name)));
        }
        if table.columns.get(&navigation.column).is_some_and(|column| column.read_only)
            && r#use != Use::Fixture
        {
            return read_only(session);
        }
        let cell = bind::cell(session, table, navigation, member)?;
        self.cells.push((navigation.column.clone(), cell));
        Ok(())
    }

    fn member(
        &mut self,
        session: &Session<'_>,
        table: &Table,
        member: &Member,
        r#use: Use,
    ) -> Result<(), Problem> {
        if let Some(column) = table.columns.get(&member.name) {
            let lookup = matches!(column.kind, ColumnType::Lookup(_));
            if lookup && r#use != Use::Fixture {
                // The text is common; its code is unverified.
                return Err(Problem::lookup_set_directly());
            }
            let state_on_create = column.kind == ColumnType::State
                && r#use == Use::Create
                && !session.settings.state_in_a_create_counts;
            if (column.read_only || state_on_create) && r#use != Use::Fixture {
                return read_only(session);
            }
            let cell = if lookup {
                bind::bare(session, table, column, member)?
            } else {
                value::cell(table, column, member)?
            };
            self.cells.push((column.name.clone(), cell));
            return Ok(());
        }
        let Some(navigation) = table.navigation.get(&member.name) else {
            return Err(undeclared(table, &member.name));
        };
        if !navigation.collection {
            if member.value.get() == "null" && r#use == Use::Update {
                self.cells.push((navigation.column.clone(), Cell::Null));
                return Ok(());
            }
            return Err(Problem::not_modelled(&format!(
                "Creating or changing a row through '{}' in the row that refers to it",
                member.name
            )));
        }
        if r#use == Use::Update {
            return Err(Problem::not_modelled(&format!("'{}' in an update", member.name)));
        }
        let target = crate::query::expand::target(navigation, session.schema)?;
        for item in members::items(member, &table.set_name)? {
            let child = Payload::read(session, target, item, r#use)?;
            appointment::check_party(target, &child)?;
            self.children.push((navigation.clone(), child));
        }
        Ok(())
    }

    /// The caller's key.
    pub(crate) fn chosen_id(&self, table: &Table) -> Option<Uuid> {
        self.get(&table.primary_id).and_then(Cell::guid)
    }
}

/// Ignores a read-only column, unless the setting
/// [`crate::RecordSettings::refuse_read_only_columns`] refuses it.
fn read_only(session: &Session<'_>) -> Result<(), Problem> {
    if session.settings.refuse_read_only_columns {
        Err(Problem::invalid_argument())
    } else {
        Ok(())
    }
}

/// `@odata.type` must be the table's type, with or without `#`. The text is the OData library's.
fn declared(table: &Table, member: &Member) -> Result<(), Problem> {
    let text = member.text(table)?;
    let expected = format!("Microsoft.Dynamics.CRM.{}", table.logical_name);
    let own = text.strip_prefix('#').unwrap_or(&text);
    if own == expected {
        return Ok(());
    }
    let inner = format!(
        "A resource with type '{own}' was found, but it is not assignable to the expected type '{expected}'. The type \
         specified in the resource must be equal to either the expected type or a derived type."
    );
    Err(Problem::bad_payload(&table.set_name, &inner))
}

/// Accepts an annotation of a known property, as `x@odata.type` beside `x`.
fn annotation(table: &Table, name: &str) -> Result<(), Problem> {
    if table.columns.contains_key(name) || table.navigation.contains_key(name) {
        return Ok(());
    }
    Err(undeclared_navigation(table, name))
}

fn undeclared(table: &Table, name: &str) -> Problem {
    let entity = &table.logical_name;
    let inner = format!(
        "Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{entity}'. ---> \
         Microsoft.OData.ODataException: The property '{name}' does not exist on type \
         'Microsoft.Dynamics.CRM.{entity}'. Make sure to only use property names that are defined by the type."
    );
    Problem::bad_payload(&table.set_name, &inner)
}

fn undeclared_navigation(table: &Table, name: &str) -> Problem {
    let inner = format!(
        "An undeclared property '{name}' which only has property annotations in the payload but no property value \
         was found in the payload. In OData, only declared navigation properties and declared named streams can be \
         represented as properties without values."
    );
    Problem::bad_payload(&table.set_name, &inner)
}
