//! The initial rows of a world: a few named ones, then generated ones. Nothing is random: the same
//! numbers give the same world.

mod accounts;
mod appointments;
mod contacts;
mod names;
mod organization;
mod solutions;
mod users;

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

use crate::cell::Cell;
use crate::ids::Ids;
use crate::schema::{ColumnType, Schema, Table};
use crate::store::{Cells, Row, Store};

/// The initial number of rows of each kind. The first of each kind have fixed names.
///
/// Every world has the organization with its business unit and currency, the publishers and
/// solutions of a fresh organization, one publisher `contoso` with one solution, and the calling
/// user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// Accounts. The first have fixed names, some with quotes, `%`, `_` and brackets.
    pub accounts: usize,
    /// Contacts; each belongs to an account, if any exist.
    pub contacts: usize,
    /// Users, including the calling one. The next are an enabled one, one with an apostrophe, a
    /// disabled one, two with the same e-mail address, and one whose sign-in name differs from her
    /// address.
    pub users: usize,
    /// Appointments, an hour apart, each regarding an account, if any exist.
    pub appointments: usize,
    /// Additional unmanaged, visible solutions.
    pub solutions: usize,
}

impl Default for Seed {
    /// A small world.
    fn default() -> Self {
        Seed { accounts: 25, contacts: 40, users: 7, appointments: 12, solutions: 0 }
    }
}

/// The table of a generated key.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Fixed = 1,
    Account,
    Contact,
    User,
    Appointment,
    Party,
    Solution,
    Publisher,
}

/// The latest creation time of seeded rows: 2026-02-01T08:00:00Z.
const CREATED: i64 = 1_769_932_800;

impl Seed {
    /// Only the rows that every world has.
    pub fn bare() -> Self {
        Seed { accounts: 0, contacts: 0, users: 1, appointments: 0, solutions: 0 }
    }

    /// The calling user of every world: `System Administrator`, `admin@contoso.com`.
    pub fn caller() -> Uuid {
        key(Kind::User, 0)
    }

    /// The key of the n-th account, from 0.
    pub fn account(n: usize) -> Uuid {
        key(Kind::Account, n)
    }

    /// The key of the n-th contact, from 0.
    pub fn contact(n: usize) -> Uuid {
        key(Kind::Contact, n)
    }

    /// The key of the n-th user, from 0, which is the calling one.
    pub fn user(n: usize) -> Uuid {
        key(Kind::User, n)
    }

    /// The key of the n-th appointment, from 0.
    pub fn appointment(n: usize) -> Uuid {
        key(Kind::Appointment, n)
    }

    /// Adds the rows to a store.
    pub(crate) fn fill(&self, store: &mut Store, schema: &Schema) {
        // The row versions of a real organization have seven digits or more.
        store.start_versions(1_000_000);
        organization::fill(store, schema);
        users::fill(store, schema, self);
        solutions::fill(store, schema, self);
        accounts::fill(store, schema, self);
        contacts::fill(store, schema, self);
        appointments::fill(store, schema, self);
    }
}

/// The key with this number.
fn key(kind: Kind, n: usize) -> Uuid {
    Ids::of(((kind as u64) << 40) + n as u64)
}

/// A number unrelated to its neighbours', for choosing values.
fn scatter(kind: Kind, n: usize, salt: usize) -> usize {
    let bytes = key(kind, n.wrapping_mul(31).wrapping_add(salt)).into_bytes();
    bytes.iter().take(6).fold(0, |sum, byte| (sum << 8) | usize::from(*byte))
}

/// One item of the list.
fn pick<T: Copy>(list: &[T], at: usize) -> Option<T> {
    list.get(at % list.len().max(1)).copied()
}

/// The cells that all rows of a table share: default options, owner, creator, times.
fn shared(table: &Table, more: impl IntoIterator<Item = (&'static str, Cell)>) -> Arc<Cells> {
    let mut cells = Cells::new();
    for (name, column) in &table.columns {
        let cell = match (&column.kind, column.default) {
            (ColumnType::Boolean, Some(default)) => Cell::Bool(default != 0),
            (_, Some(default)) => Cell::Number(default),
            _ => continue,
        };
        cells.insert(Cow::Owned(name.clone()), cell);
    }
    let caller = Cell::reference("systemuser", Seed::caller());
    let unit = Cell::reference("businessunit", organization::unit());
    for (name, cell) in [
        ("_createdby_value", caller.clone()),
        ("_modifiedby_value", caller.clone()),
        ("_ownerid_value", caller.clone()),
        ("_owninguser_value", caller),
        ("_owningbusinessunit_value", unit),
        ("createdon", Cell::Time(CREATED)),
        ("modifiedon", Cell::Time(CREATED)),
        ("timezoneruleversionnumber", Cell::Number(4)),
    ] {
        if table.columns.contains_key(name) {
            cells.insert(Cow::Borrowed(name), cell);
        }
    }
    cells.extend(more.into_iter().map(|(name, cell)| (Cow::Borrowed(name), cell)));
    Arc::new(cells)
}

/// Adds a row.
fn put(
    store: &mut Store,
    table: &Table,
    id: Uuid,
    shared: &Arc<Cells>,
    own: impl IntoIterator<Item = (&'static str, Cell)>,
) {
    let mut cells: Cells =
        own.into_iter().map(|(name, cell)| (Cow::Borrowed(name), cell)).collect();
    cells.insert(Cow::Owned(table.primary_id.clone()), Cell::Guid(id));
    store.put(&table.logical_name, Row::new(id, Arc::clone(shared), cells));
}
