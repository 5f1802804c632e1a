//! Writes the organization's rows as JSON, and reads them back with a check of each value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Write as _;

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::cell::{Cell, Reference};
use crate::payload::{Member, Payload, Use, insert};
use crate::problem::Problem;
use crate::raw_json::RawObject;
use crate::schema::{Column, ColumnType, Table};
use crate::setting::UnknownName;
use crate::world::World;

/// The annotation that names the table of a lookup's row.
const TARGET: &str = "@Microsoft.Dynamics.CRM.lookuplogicalname";

/// Loaded after the rest: the server adds some of its rows itself.
const PARTIES: &str = "activityparty";

/// The reason why rows were refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRows(String);

impl fmt::Display for InvalidRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidRows {}

impl World {
    /// The rows of these tables (logical names) as JSON, one row a line, as [`World::load`] reads
    /// them. Empty columns are left out.
    pub fn dump<'a>(&self, tables: impl IntoIterator<Item = &'a str>) -> String {
        let mut text = String::from("{");
        let known = tables.into_iter().filter_map(|name| self.schema.tables.get(name));
        // The rows of `activitypointer` are those of `appointment`.
        let own = known.filter(|table| table.logical_name != "activitypointer");
        for (at, table) in own.enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n{}: [", json(&table.logical_name));
            for (at, row) in self.rows(&table.logical_name).enumerate() {
                text.push_str(if at == 0 { "\n  {" } else { ",\n  {" });
                let mut members = Vec::new();
                for name in table.columns.keys() {
                    cell(&mut members, name, row.get(name));
                }
                text.push_str(&members.join(", "));
                text.push('}');
            }
            text.push(']');
        }
        text.push_str("\n}\n");
        text
    }

    /// Takes rows from JSON: `{"account": [{"name": "Contoso"}, …], …}`, by logical name. The rows
    /// of each table in the text replace its present rows. A lookup in another table that referred
    /// to a removed row becomes empty. Missing columns get the server's defaults; read-only columns
    /// and lookups (`_primarycontactid_value`) may be set.
    ///
    /// # Errors
    ///
    /// Fails if a table, a column or a value does not fit the schema, or if a lookup refers to a
    /// missing row. Then nothing changes.
    pub fn load(&mut self, text: &str) -> Result<(), InvalidRows> {
        let mut new = self.clone();
        let named = read(text, &new)?;
        for (table, _) in &named.rows {
            new.forget_rows(table);
        }
        let (parties, rest): (Vec<_>, Vec<_>) =
            named.rows.iter().partition(|(table, _)| table == PARTIES);
        for (table, rows) in rest {
            new.take(table, rows, &named)?;
        }
        for (table, rows) in parties {
            // Those that came with the appointments.
            new.forget_rows(table);
            new.take(table, rows, &named)?;
        }
        if new.row("systemuser", new.caller()).is_none() {
            return Err(InvalidRows(format!(
                "`systemuser` lacks the calling user (expected a row with `\"systemuserid\": \"{}\"`)",
                new.caller()
            )));
        }
        new.check_lookups(&named)?;
        *self = new;
        Ok(())
    }

    /// Adds the rows of one table.
    fn take(&mut self, name: &str, rows: &[RawObject], all: &Named) -> Result<(), InvalidRows> {
        for (at, row) in rows.iter().enumerate() {
            let refused =
                |reason: String| InvalidRows(format!("row {} of `{name}`: {reason}", at + 1));
            let mut session = self.session();
            let Some(table) = session.schema.tables.get(name) else { continue };
            let (lookups, plain) = parted(table, row);
            let said = |problem: Problem| refused(problem.message);
            let mut payload = Payload::read(&session, table, plain, Use::Fixture).map_err(said)?;
            for (column, value) in lookups {
                let cell = lookup(table, column, value, row, all, &session).map_err(refused)?;
                payload.cells.push((column.name.clone(), cell));
            }
            let cells = payload.cells.clone();
            let id = insert(&mut session, table, None, payload).map_err(said)?;
            // Values derived from other rows are taken from the file: those rows may not exist yet.
            if let Some(mut row) = session.rows.row(name, id).cloned() {
                for (column, cell) in cells {
                    row.set(column, cell);
                }
                session.rows.put(name, row);
            }
        }
        Ok(())
    }

    /// Refuses a loaded row that refers to a missing row, and empties such lookups in other rows.
    fn check_lookups(&mut self, named: &Named) -> Result<(), InvalidRows> {
        let mut stale = Vec::new();
        for table in self.schema.tables.values() {
            let columns: Vec<&str> = table
                .columns
                .values()
                .filter(|column| matches!(column.kind, ColumnType::Lookup(_)))
                .map(|column| column.name.as_str())
                .collect();
            for row in self.rows(&table.logical_name) {
                for column in &columns {
                    let Cell::Reference(reference) = row.get(column) else { continue };
                    if self.row(&reference.table, reference.id).is_some() {
                        continue;
                    }
                    if named.has(&table.logical_name) {
                        return Err(InvalidRows(format!(
                            "`{column}` of `{}` {} refers to a missing row (no `{}` {})",
                            table.logical_name,
                            row.id(),
                            reference.table,
                            reference.id
                        )));
                    }
                    stale.push((table.logical_name.clone(), row.id(), (*column).to_owned()));
                }
            }
        }
        for (table, id, column) in stale {
            if let Some(mut row) = self.row(&table, id).cloned() {
                row.set(column, Cell::Null);
                self.rows.put(&table, row);
            }
        }
        Ok(())
    }
}

/// The tables of a text.
#[derive(Default)]
struct Named {
    /// Their rows.
    rows: Vec<(String, Vec<RawObject>)>,
    /// The keys of their rows.
    keys: BTreeMap<String, BTreeSet<Uuid>>,
}

impl Named {
    fn has(&self, table: &str) -> bool {
        self.keys.contains_key(table)
    }
}

/// The members of a text, each with rows of a table that exists.
fn read(text: &str, world: &World) -> Result<Named, InvalidRows> {
    let expected = "expected `{\"account\": [{\"name\": \"Contoso\"}]}`";
    let object: RawObject = serde_json::from_str(text)
        .map_err(|error| InvalidRows(format!("not a JSON object: {error} ({expected})")))?;
    let mut named = Named::default();
    for (name, rows) in object.0 {
        let tables = &world.schema.tables;
        let table = tables.get(&name).filter(|_| name != "activitypointer");
        let Some(table) = table else {
            let known = tables.keys().map(String::as_str);
            let unknown = UnknownName::among("table", &name, known);
            return Err(InvalidRows(format!("{unknown}; use logical table names")));
        };
        if named.has(&name) {
            return Err(InvalidRows(format!("`{name}` occurs twice")));
        }
        let rows: Vec<RawObject> = serde_json::from_str(rows.get())
            .map_err(|_| InvalidRows(format!("`{name}` is not a list of objects ({expected})")))?;
        named.keys.insert(name.clone(), keys(&rows, &table.primary_id));
        named.rows.push((name, rows));
    }
    Ok(named)
}

/// The lookups of a row with their values, and its other members; annotations are left out.
fn parted<'a>(
    table: &'a Table,
    row: &'a RawObject,
) -> (Vec<(&'a Column, &'a RawValue)>, Vec<Member>) {
    let mut lookups = Vec::new();
    let mut plain = Vec::new();
    for (name, value) in &row.0 {
        match table.columns.get(name) {
            Some(column) if matches!(column.kind, ColumnType::Lookup(_)) => {
                lookups.push((column, value.as_ref()));
            }
            _ if name.contains('@') && !name.ends_with("@odata.bind") => {}
            _ => plain.push(Member { name: name.clone(), value: value.clone() }),
        }
    }
    (lookups, plain)
}

/// The reference in a lookup: to the table in its annotation, or else the one that contains the
/// row.
fn lookup(
    table: &Table,
    column: &Column,
    value: &RawValue,
    row: &RawObject,
    all: &Named,
    session: &crate::session::Session<'_>,
) -> Result<Cell, String> {
    let ColumnType::Lookup(targets) = &column.kind else { return Ok(Cell::Null) };
    let text: Option<String> = serde_json::from_str(value.get())
        .map_err(|_| format!("`{}` is not a GUID in quotes", column.name))?;
    let Some(text) = text else { return Ok(Cell::Null) };
    let id = Uuid::try_parse(&text)
        .map_err(|_| format!("`{}` is not a GUID (`{}`)", text, column.name))?;
    let told = row.get(&format!("{}{TARGET}", column.name));
    if let Some(told) = told {
        let target: String = serde_json::from_str(told.get()).unwrap_or_default();
        return if targets.contains(&target) {
            Ok(Cell::Reference(Reference { table: target.into(), id }))
        } else {
            Err(format!(
                "`{}` of `{}` does not refer to `{target}` (expected one of: {})",
                column.name,
                table.logical_name,
                targets.join(", ")
            ))
        };
    }
    let holds = |target: &&String| {
        session.rows.row(target, id).is_some()
            || all.keys.get(*target).is_some_and(|keys| keys.contains(&id))
    };
    let found = targets.iter().find(holds);
    match found {
        Some(target) => Ok(Cell::reference(target.clone(), id)),
        None => Err(format!(
            "`{}` refers to a missing row (no {} has the key {id})",
            column.name,
            targets.join(" or ")
        )),
    }
}

/// The keys in the rows.
fn keys(rows: &[RawObject], column: &str) -> BTreeSet<Uuid> {
    let key = |row: &RawObject| {
        let text: String = serde_json::from_str(row.get(column)?.get()).ok()?;
        Uuid::try_parse(&text).ok()
    };
    rows.iter().filter_map(key).collect()
}

/// The members for a cell; none for an empty cell.
fn cell(members: &mut Vec<String>, name: &str, cell: &Cell) {
    match cell {
        Cell::Null => {}
        // Unchanged, to the last digit.
        Cell::Decimal(decimal) => members.push(format!("{}: {decimal}", json(name))),
        Cell::Reference(reference) => {
            members.push(format!("{}: {}", json(name), json(&reference.id.to_string())));
            let annotation = json(&format!("{name}{TARGET}"));
            members.push(format!("{annotation}: {}", json(&reference.table)));
        }
        other => members.push(format!("{}: {}", json(name), other.to_json())),
    }
}

/// A text as JSON.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn refused(text: &str) -> String {
        let mut world = World::default();
        let before = world.dump(["account", "contact"]);
        let error = world.load(text).unwrap_err().to_string();
        assert_eq!(world.dump(["account", "contact"]), before, "nothing is changed");
        error
    }

    #[test]
    fn a_dump_loads_into_the_same_rows() {
        let world = World::default();
        let names: Vec<&str> = world.schema.tables.keys().map(String::as_str).collect();
        let text = world.dump(names.iter().copied());
        let mut other = World::new(&Seed::bare());
        other.load(&text).unwrap();
        // Versions are new: they grow across the organization.
        let plain = |world: &World| {
            let text = world.dump(names.iter().copied());
            let parts = text.split(", ").filter(|part| !part.contains("\"versionnumber\""));
            parts.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(plain(&other), plain(&world));
    }

    #[test]
    fn rows_get_the_defaults_and_refer_to_each_other() {
        let mut world = World::default();
        let text = r#"{
            "contact": [{"lastname": "Ng", "_parentcustomerid_value": "00000000-0000-0000-0000-0000000000a1"}],
            "account": [{"accountid": "00000000-0000-0000-0000-0000000000a1", "name": "Acme", "revenue": 1.50}]
        }"#;
        world.load(text).unwrap();
        assert_eq!((world.count("account"), world.count("contact")), (1, 1));
        let account = world.rows("account").next().unwrap();
        assert_eq!(account.get("statecode"), &Cell::Number(0));
        // The accounts that generated appointments referred to are gone.
        assert!(world.rows("appointment").all(|row| row.get("_regardingobjectid_value").is_null()));
    }

    #[test]
    fn a_refusal_names_the_row_that_does_not_fit_the_schema() {
        let gone = "00000000-0000-0000-0000-0000000000ff";
        for (text, says) in [
            ("[]".to_owned(), "not a JSON object"),
            (r#"{"acount": []}"#.to_owned(), "unknown table `acount` (did you mean `account`?)"),
            (r#"{"account": {}}"#.to_owned(), "`account` is not a list of objects"),
            (r#"{"account": [{}, {"nam": "x"}]}"#.to_owned(), "row 2 of `account`: "),
            (r#"{"account": [{"revenue": "much"}]}"#.to_owned(), "row 1 of `account`: "),
            (
                format!(r#"{{"account": [{{"_primarycontactid_value": "{gone}"}}]}}"#),
                "row 1 of `account`: `_primarycontactid_value` refers to a missing row",
            ),
            (r#"{"systemuser": []}"#.to_owned(), "`systemuser` lacks the calling user"),
        ] {
            let error = refused(&text);
            assert!(error.starts_with(says), "{text}: {error}");
        }
    }
}
