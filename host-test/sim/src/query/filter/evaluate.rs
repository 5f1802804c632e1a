//! Evaluates a condition for rows, in the three-valued logic of SQL: a comparison with null is
//! unknown, and a row with an unknown result is left out.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::like::without_accents;
use super::{Comparison, Filter, Lambda, Path};
use crate::cell::{Cell, compare_text};
use crate::navigate::{children, follow};
use crate::record_settings::RecordSettings;
use crate::store::{Row, Store};

/// Evaluates conditions for rows.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    /// The rows that lookups and collections refer to.
    pub(crate) store: &'a Store,
    /// The settings that affect comparisons.
    pub(crate) settings: &'a RecordSettings,
}

impl Asker<'_> {
    /// Whether the row satisfies the condition.
    pub(crate) fn meets(&self, filter: &Filter, row: &Row) -> bool {
        self.ask(filter, &[row]) == Some(true)
    }

    /// `rows` is the row itself, followed by those of the enclosing lambdas.
    fn ask(&self, filter: &Filter, rows: &[&Row]) -> Option<bool> {
        match filter {
            Filter::And(left, right) => match (self.ask(left, rows), self.ask(right, rows)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (left, right) => left.and(right),
            },
            Filter::Or(left, right) => match (self.ask(left, rows), self.ask(right, rows)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(_), Some(_)) => Some(false),
                _ => None,
            },
            Filter::Not(inner) => self.ask(inner, rows).map(|holds| !holds),
            Filter::Compare(path, comparison, value) => {
                self.compare(self.cell(path, rows), *comparison, value)
            }
            Filter::Columns(left, comparison, right) => {
                self.compare(self.cell(left, rows), *comparison, self.cell(right, rows))
            }
            Filter::Like(path, like) => {
                self.cell(path, rows).text().map(|text| like.matches(text, self.settings))
            }
            Filter::Among(path, values) => {
                let cell = self.cell(path, rows);
                let known = !cell.is_null();
                known.then(|| {
                    values.iter().any(|value| self.order(cell, value).is_some_and(Ordering::is_eq))
                })
            }
            Filter::Options(path, values) => self.cell(path, rows).text().map(|text| {
                text.split(',')
                    .any(|item| item.trim().parse().is_ok_and(|item| values.contains(&item)))
            }),
            Filter::Lambda(lambda) => self.lambda(lambda, rows),
        }
    }

    fn compare(&self, cell: &Cell, comparison: Comparison, value: &Cell) -> Option<bool> {
        match (comparison, cell.is_null(), value.is_null()) {
            // `null` tests for emptiness and is not compared.
            (Comparison::Equal, null, true) => Some(null),
            (Comparison::NotEqual, null, true) => Some(!null),
            (Comparison::NotEqual, true, false) if self.settings.ne_matches_null => Some(true),
            _ => self.order(cell, value).map(|order| comparison.holds(order)),
        }
    }

    /// Compares two cells; null does not compare.
    fn order(&self, left: &Cell, right: &Cell) -> Option<Ordering> {
        let (Some(left), Some(right)) = (left.text(), right.text()) else {
            return left.compare(right);
        };
        let read = |text| {
            let text: &str = text;
            let text = match self.settings.trailing_blanks_are_ignored {
                true => text.trim_end_matches(' '),
                false => text,
            };
            match self.settings.accents_are_ignored {
                true => Cow::Owned(without_accents(text)),
                false => Cow::Borrowed(text),
            }
        };
        let (left, right) = (read(left), read(right));
        Some(match self.settings.equality_minds_case {
            true => left.cmp(&right),
            false => compare_text(&left, &right),
        })
    }

    fn lambda(&self, lambda: &Lambda, rows: &[&Row]) -> Option<bool> {
        let Some(owner) = self.row(&lambda.path, rows) else { return Some(lambda.all) };
        let mut members = children(self.store, &lambda.collection, owner.id());
        let Some(condition) = &lambda.condition else { return Some(members.next().is_some()) };
        let mut holds = |row| {
            let inner: Vec<&Row> = rows.iter().copied().chain([row]).collect();
            self.ask(condition, &inner) == Some(true)
        };
        Some(if lambda.all { members.all(&mut holds) } else { members.any(&mut holds) })
    }

    /// The row at the end of the path's lookups.
    fn row<'r>(&'r self, path: &Path, rows: &[&'r Row]) -> Option<&'r Row> {
        let mut row = *rows.get(path.depth)?;
        for step in &path.steps {
            row = follow(self.store, step, row)?;
        }
        Some(row)
    }

    fn cell<'r>(&'r self, path: &Path, rows: &[&'r Row]) -> &'r Cell {
        self.row(path, rows).map_or(Cell::NULL, |row| row.get(&path.column))
    }
}
