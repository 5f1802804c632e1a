//! `$apply`: distinct values and totals ([aggregate
//! data](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/aggregate-data)).

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::filter::{self, Around, Asker, Filter};
use super::split;
use crate::cell::Cell;
use crate::navigate::follow;
use crate::problem::Problem;
use crate::schema::{Column, ColumnType, Navigation, Schema, Table};
use crate::store::{Row, Store};

/// A parsed `$apply`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Apply {
    filters: Vec<Filter>,
    groups: Vec<Group>,
    totals: Vec<Total>,
}

/// A column to group by: the row's own, or one of a looked-up row.
#[derive(Debug, Clone)]
struct Group {
    step: Option<Navigation>,
    column: Column,
    /// Its name in the answer: `statuscode`, `contact_fullname`.
    name: String,
}

/// One total.
#[derive(Debug, Clone)]
struct Total {
    /// None for `$count`.
    column: Option<Column>,
    method: Method,
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Count,
    CountDistinct,
    Sum,
    Average,
    Min,
    Max,
}

/// A cell of an answer: its name, its column, its value. Empty cells are left out (documented).
pub(crate) type Answer = Vec<(String, Column, Cell)>;

/// The maximum number of aggregated rows (documented).
const MOST: usize = 50_000;

impl Apply {
    /// Reads `filter(…)/groupby((a,b),aggregate(…))`, or parts of it.
    pub(crate) fn read(text: &str, table: &Table, around: Around<'_>) -> Result<Self, Problem> {
        let mut apply = Apply::default();
        let mut done = false;
        for step in split(text, '/') {
            let (name, inner) = call(step.trim()).ok_or_else(|| refusal(step))?;
            match name {
                _ if done => return Err(refusal(step)),
                "filter" => apply.filters.push(filter::read(inner, table, around)?),
                "groupby" => {
                    let parts = split(inner, ',');
                    let (columns, rest) = parts.split_first().ok_or_else(|| refusal(step))?;
                    let (_, columns) = call(columns.trim()).ok_or_else(|| refusal(step))?;
                    for name in columns.split(',') {
                        apply.groups.push(Group::read(name.trim(), table, around.schema)?);
                    }
                    match rest {
                        [] => {}
                        [one] => match call(one.trim()) {
                            Some(("aggregate", inner)) => apply.totals = Total::read(inner, table)?,
                            _ => return Err(refusal(one)),
                        },
                        _ => return Err(refusal(step)),
                    }
                    done = true;
                }
                "aggregate" => {
                    apply.totals = Total::read(inner, table)?;
                    done = true;
                }
                _ => return Err(refusal(step)),
            }
        }
        if done { Ok(apply) } else { Err(refusal(text)) }
    }

    /// The groups and their totals, in the order of the group values.
    pub(crate) fn answers<'a>(
        &self,
        rows: impl Iterator<Item = &'a Row>,
        asker: Asker<'_>,
    ) -> Result<Vec<Answer>, Problem> {
        let mut members: Vec<(Vec<Cell>, &Row)> = Vec::new();
        for row in rows.filter(|row| self.filters.iter().all(|filter| asker.meets(filter, row))) {
            if members.len() == MOST {
                return Err(Problem::aggregate_limit());
            }
            members.push((
                self.groups.iter().map(|group| group.cell(row, asker.store)).collect(),
                row,
            ));
        }
        members.sort_by(|a, b| compare(&a.0, &b.0));
        if self.groups.is_empty() {
            return Ok(vec![self.answer(&members)]);
        }
        let groups = members.chunk_by(|a, b| compare(&a.0, &b.0).is_eq());
        Ok(groups.map(|group| self.answer(group)).collect())
    }

    fn answer(&self, members: &[(Vec<Cell>, &Row)]) -> Answer {
        let mut answer = Vec::new();
        if let Some((cells, _)) = members.first() {
            for (group, cell) in self.groups.iter().zip(cells) {
                answer.push((group.name.clone(), group.column.clone(), cell.clone()));
            }
        }
        for total in &self.totals {
            let column = total.column.clone().filter(|_| !total.method.counts());
            let column = column.unwrap_or_else(|| Column::new(&total.name, ColumnType::Integer));
            answer.push((total.name.clone(), column, total.cell(members)));
        }
        answer.retain(|(_, _, cell)| !cell.is_null());
        answer
    }
}

impl Group {
    fn read(text: &str, table: &Table, schema: &Schema) -> Result<Self, Problem> {
        let (step, table, column) = match text.split_once('/') {
            Some((step, column)) => {
                let unknown = || Problem::no_such_property(step, &table.logical_name);
                let step = table.navigation.get(step).ok_or_else(unknown)?;
                if step.collection || column.contains('/') {
                    return Err(Problem::not_modelled(&format!("Grouping by '{text}'")));
                }
                (Some(step.clone()), super::expand::target(step, schema)?, column)
            }
            None => (None, table, text),
        };
        let unknown = || Problem::no_such_property(column, &table.logical_name);
        let found = table.columns.get(column).ok_or_else(unknown)?;
        if found.kind == ColumnType::DateTime {
            // "groupby with datetime values is not supported" (documented); the refusal's text is
            // inferred.
            return Err(Problem::bad_url(format!(
                "Grouping by the date-time property '{column}' is not supported."
            )));
        }
        let name = match step {
            Some(_) => format!("{}_{column}", table.logical_name),
            None => column.to_owned(),
        };
        Ok(Group { step, column: found.clone(), name })
    }

    fn cell(&self, row: &Row, store: &Store) -> Cell {
        match &self.step {
            Some(step) => follow(store, step, row)
                .map_or(Cell::Null, |row| row.get(&self.column.name).clone()),
            None => row.get(&self.column.name).clone(),
        }
    }
}

impl Total {
    fn read(text: &str, table: &Table) -> Result<Vec<Self>, Problem> {
        text.split(',').map(|item| Total::one(item.trim(), table)).collect()
    }

    fn one(item: &str, table: &Table) -> Result<Self, Problem> {
        let words: Vec<&str> = item.split_whitespace().collect();
        let (column, method, name) = match words.as_slice() {
            ["$count", "as", name] => (None, Method::Count, *name),
            [column, "with", method, "as", name] => {
                let found = table.columns.get(*column);
                let found =
                    found.ok_or_else(|| Problem::no_such_property(column, &table.logical_name))?;
                (Some(found.clone()), Method::read(method).ok_or_else(|| refusal(item))?, *name)
            }
            _ => return Err(refusal(item)),
        };
        let number = |column: &Column| {
            use ColumnType::{BigInt, Decimal, Double, Integer, Money};
            matches!(column.kind, Integer | BigInt | Decimal | Money | Double)
        };
        if matches!(method, Method::Sum | Method::Average) && !column.as_ref().is_some_and(number) {
            return Err(refusal(item));
        }
        Ok(Total { column, method, name: name.to_owned() })
    }

    fn cell(&self, members: &[(Vec<Cell>, &Row)]) -> Cell {
        let Some(column) = &self.column else { return count(members.len()) };
        let mut cells: Vec<&Cell> = members
            .iter()
            .map(|(_, row)| row.get(&column.name))
            .filter(|cell| !cell.is_null())
            .collect();
        match self.method {
            Method::Count => count(cells.len()),
            Method::CountDistinct => {
                cells.sort_by(|a, b| a.order(b));
                cells.dedup_by(|a, b| a.order(b).is_eq());
                count(cells.len())
            }
            Method::Min => {
                cells.into_iter().min_by(|a, b| a.order(b)).cloned().unwrap_or(Cell::Null)
            }
            Method::Max => {
                cells.into_iter().max_by(|a, b| a.order(b)).cloned().unwrap_or(Cell::Null)
            }
            Method::Sum | Method::Average => sum(&cells, column, self.method == Method::Average),
        }
    }
}

impl Method {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "sum" => Method::Sum,
            "average" => Method::Average,
            "min" => Method::Min,
            "max" => Method::Max,
            "countdistinct" => Method::CountDistinct,
            _ => return None,
        })
    }

    fn counts(self) -> bool {
        matches!(self, Method::Count | Method::CountDistinct)
    }
}

fn count(number: usize) -> Cell {
    Cell::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn sum(cells: &[&Cell], column: &Column, average: bool) -> Cell {
    if cells.is_empty() {
        return Cell::Null;
    }
    if column.kind == ColumnType::Double {
        let sum: f64 = cells.iter().filter_map(|cell| cell.double()).sum();
        let divisor = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        return Cell::Double(if average { sum / f64::from(divisor) } else { sum });
    }
    let mut sum: Decimal = cells.iter().filter_map(|cell| cell.decimal()).sum();
    let whole = matches!(column.kind, ColumnType::Integer | ColumnType::BigInt);
    if average {
        sum /= Decimal::from(cells.len());
        if whole {
            // In SQL Server the average of whole numbers is a whole number.
            return Cell::Number(i64::try_from(sum.trunc()).unwrap_or_default());
        }
    } else if whole {
        return Cell::Number(i64::try_from(sum).unwrap_or(i64::MAX));
    }
    // The documentation shows nine decimal places: `440000.000000000`.
    sum.rescale(9);
    Cell::Decimal(sum)
}

fn compare(a: &[Cell], b: &[Cell]) -> Ordering {
    a.iter().zip(b).map(|(a, b)| a.order(b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Splits `filter(…)` into its name and content; `((a,b))` has no name.
fn call(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('(')?;
    Some((name.trim(), rest.strip_suffix(')')?))
}

fn refusal(text: &str) -> Problem {
    Problem::not_modelled(&format!("`$apply` with '{text}'"))
}
