//! Rows as JSON: the etag first, annotations before their column, lookups as GUIDs
//! ([annotations](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#request-annotations)).

mod formatted;
mod json;

use std::borrow::Cow;

use crate::cell::{Cell, Reference};
use crate::navigate::{children, follow};
use crate::paging;
use crate::prefer::{Annotations, LARGEST_PAGE};
use crate::query::apply::Answer;
use crate::query::expand::Expand;
use crate::query::filter::Asker;
use crate::query::orderby::OrderBy;
use crate::query::select::Select;
use crate::schema::{Column, ColumnType, Schema, Table};
use crate::store::{Row, Store};
use formatted::formatted;
pub(crate) use json::Json;

const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";
const LOGICAL_NAME: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";

/// Writes the rows of one answer.
pub(crate) struct Writer<'a> {
    /// The output so far.
    pub(crate) json: Json,
    /// The rows for `$expand`.
    pub(crate) store: &'a Store,
    /// Every table.
    pub(crate) schema: &'a Schema,
    /// The requested annotations.
    pub(crate) annotations: &'a Annotations,
    /// For links: `https://org.crm.dynamics.com/api/data/v9.2/`.
    pub(crate) root: String,
    /// For the filters of expanded collections.
    pub(crate) asker: Asker<'a>,
    /// The page size of expanded collections, in a query with a nested `$expand`.
    pub(crate) page_size: Option<usize>,
}

/// The parts of a row to write.
#[derive(Clone, Copy)]
pub(crate) struct Shape<'a> {
    /// Its columns.
    pub(crate) select: &'a Select,
    /// The rows inside it.
    pub(crate) expands: &'a [Expand],
    /// Whether to write its etag. According to the documentation, rows of single-valued properties
    /// have none.
    pub(crate) etag: bool,
    /// A column that is written even if it is not selected.
    pub(crate) besides: Option<&'a str>,
}

impl<'a> Writer<'a> {
    /// `"@odata.context":"…/$metadata#…"`, the first member of every answer.
    pub(crate) fn context(&mut self, what: &str) {
        self.json.key(&["@odata.context"]);
        let text = format!("{}$metadata#{what}", self.root);
        self.json.text(&text);
    }

    /// A whole row with its braces.
    pub(crate) fn row(&mut self, table: &'a Table, row: &Row, shape: Shape<'_>) {
        self.json.open(b'{');
        self.members(table, row, shape);
        self.json.close(b'}');
    }

    /// The members of a row, into an open object.
    pub(crate) fn members(&mut self, table: &'a Table, row: &Row, shape: Shape<'_>) {
        if shape.etag {
            self.json.key(&["@odata.etag"]);
            self.json.text(&row.etag());
        }
        if shape.select.shown.is_empty() {
            for (name, column) in &table.columns {
                self.cell(table, name, column, row.get(name));
            }
        }
        let besides = shape.besides.filter(|_| !shape.select.shown.is_empty());
        let besides = besides.filter(|name| !shape.select.shown.iter().any(|shown| shown == name));
        for name in shape.select.shown.iter().map(String::as_str).chain(besides) {
            if let Some(column) = table.columns.get(name) {
                self.cell(table, name, column, row.get(name));
            }
        }
        let nested = shape.expands.iter().any(|expand| !expand.nested.is_empty());
        for expand in shape.expands {
            if expand.navigation.collection {
                self.collection(table, row, expand, nested);
            } else {
                self.single(row, expand);
            }
        }
    }

    /// The answers of an aggregation.
    pub(crate) fn answer(&mut self, table: &'a Table, answer: &Answer) {
        self.json.open(b'{');
        for (name, column, cell) in answer {
            self.cell(table, name, column, cell);
        }
        self.json.close(b'}');
    }

    /// One column with its annotations.
    fn cell(&mut self, table: &Table, name: &str, column: &Column, cell: &Cell) {
        if self.annotations.any() && !cell.is_null() {
            self.annotate(table, name, column, cell);
        }
        self.json.key(&[name]);
        self.value(cell);
    }

    fn annotate(&mut self, table: &Table, name: &str, column: &Column, cell: &Cell) {
        if self.annotations.include(FORMATTED)
            && let Some(text) = formatted(cell, column, self.schema, self.store)
        {
            self.json.key(&[name, "@", FORMATTED]);
            self.json.text(&text);
        }
        let (ColumnType::Lookup(_), Cell::Reference(Reference { table: target, .. })) =
            (&column.kind, cell)
        else {
            return;
        };
        if self.annotations.include(NAVIGATION)
            && let Some(property) = associated(table, name, target)
        {
            self.json.key(&[name, "@", NAVIGATION]);
            self.json.text(property);
        }
        if self.annotations.include(LOGICAL_NAME) {
            self.json.key(&[name, "@", LOGICAL_NAME]);
            self.json.text(target);
        }
    }

    /// A bare value.
    pub(crate) fn value(&mut self, cell: &Cell) {
        match cell {
            Cell::Null => self.json.bare("null"),
            Cell::Bool(yes) => self.json.bare(yes),
            Cell::Number(number) => self.json.bare(number),
            Cell::Decimal(decimal) => self.json.bare(decimal),
            Cell::Double(double) => self.json.bare(serde_json::Value::from(*double)),
            Cell::Text(text) => self.json.text(text),
            other => self.json.text(&other.plain()),
        }
    }

    fn single(&mut self, row: &Row, expand: &Expand) {
        self.json.key(&[&expand.navigation.name]);
        let found = follow(self.store, &expand.navigation, row);
        match (found, self.schema.tables.get(&expand.navigation.target)) {
            (Some(found), Some(target)) if expand.reference => {
                let link = format!("{}{}({})", self.root, target.set_name, found.id());
                self.json.open(b'{');
                self.json.key(&["@odata.id"]);
                self.json.text(&link);
                self.json.close(b'}');
            }
            (Some(found), Some(target)) => {
                let shape = Shape {
                    select: &expand.select,
                    expands: &expand.nested,
                    etag: false,
                    besides: None,
                };
                self.row(target, found, shape);
            }
            _ => self.json.bare("null"),
        }
    }

    /// An expanded collection and the link to it. With a nested `$expand` anywhere in the query,
    /// its rows have no etag and are paged; without one, all rows are written and the link has no
    /// cookie (documented).
    fn collection(&mut self, table: &Table, row: &Row, expand: &Expand, nested: bool) {
        self.json.key(&[&expand.navigation.name]);
        self.json.open(b'[');
        let mut ends = None;
        if let Some(target) = self.schema.tables.get(&expand.navigation.target) {
            let asker = self.asker;
            let mut rows: Vec<(Vec<Cell>, &Row)> =
                children(self.store, &expand.navigation, row.id())
                    .filter(|row| {
                        expand.filter.as_ref().is_none_or(|filter| asker.meets(filter, row))
                    })
                    .map(|row| (expand.orderby.values(row, self.schema, self.store), row))
                    .collect();
            rows.sort_by(|a, b| expand.orderby.compare((&a.0, a.1.id()), (&b.0, b.1.id())));
            let most = self.page_size.filter(|_| nested).unwrap_or(LARGEST_PAGE);
            rows.truncate(expand.top.unwrap_or(most).min(most));
            let back = (!nested).then_some(expand.navigation.column.as_str());
            let shape = Shape {
                select: &expand.select,
                expands: &expand.nested,
                etag: !nested,
                besides: back,
            };
            for (_, row) in &rows {
                self.row(target, row, shape);
            }
            ends = rows
                .first()
                .zip(rows.last())
                .map(|(first, last)| (first.1.id(), last.1.id(), target));
        }
        self.json.close(b']');
        let mut link =
            format!("{}{}({})/{}", self.root, table.set_name, row.id(), expand.navigation.name);
        let mut options: Vec<Cow<'_, str>> = Vec::new();
        if !expand.link.is_empty() {
            options.push(Cow::Borrowed(&expand.link));
        }
        if let Some((first, last, target)) = ends.filter(|_| nested) {
            let token = paging::token(1, &OrderBy::default(), target, (&[], first), (&[], last));
            options.push(Cow::Owned(format!("$skiptoken={token}")));
        }
        if !options.is_empty() {
            link.push('?');
            link.push_str(&options.join("&"));
        }
        self.json.key(&[&expand.navigation.name, "@odata.nextLink"]);
        self.json.text(&link);
    }
}

/// The navigation property of a lookup's value. The longest of several names wins, because captured
/// rows have `regardingobjectid_account_appointment`.
fn associated<'t>(table: &'t Table, column: &str, target: &str) -> Option<&'t str> {
    let leads = |own: &str| own == target || own == "principal";
    let candidates =
        table.navigation.values().filter(|one| !one.collection && one.column == column);
    candidates
        .filter(|one| leads(&one.target))
        .map(|one| one.name.as_str())
        .max_by_key(|name| name.len())
}
