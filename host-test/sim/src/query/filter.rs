//! `$filter`: parsed into a condition, then evaluated for each row ([filter
//! rows](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows)).

mod evaluate;
mod function;
mod lexer;
mod like;
mod literal;
mod parser;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

pub(crate) use evaluate::Asker;
pub(crate) use literal::{day, edm, guid, moment};
pub(crate) use parser::{Around, read};

use crate::cell::Cell;
use crate::schema::{ColumnType, Navigation};
use like::Like;

/// A query has at most 500 conditions
/// ([limits](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows#condition-limits)).
pub(crate) const MOST_CONDITIONS: usize = 500;

/// A condition on a row, with resolved names and checked types.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// At least one.
    Or(Box<Filter>, Box<Filter>),
    /// The negation.
    Not(Box<Filter>),
    /// A column against a value.
    Compare(Path, Comparison, Cell),
    /// Two columns.
    Columns(Path, Comparison, Path),
    /// `contains`, `startswith`, `endswith`.
    Like(Path, Like),
    /// A column against several values: `In`, `NotIn`.
    Among(Path, Vec<Cell>),
    /// The option values in a multi-choice column: `ContainValues`.
    Options(Path, Vec<i64>),
    /// `any` and `all`.
    Lambda(Lambda),
}

/// `any` and `all` on a collection.
#[derive(Debug, Clone)]
pub(crate) struct Lambda {
    /// The path to the row that has the collection.
    pub(crate) path: Path,
    /// The collection.
    pub(crate) collection: Navigation,
    /// The condition; `None` for `any()`.
    pub(crate) condition: Option<Box<Filter>>,
    /// Whether it must hold for all rows.
    pub(crate) all: bool,
}

/// A column of the row itself or of a looked-up row.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    /// The row it starts from: 0 is the row itself, 1 that of the outermost lambda.
    pub(crate) depth: usize,
    /// The lookups on the way.
    pub(crate) steps: Vec<Navigation>,
    /// The column at the end.
    pub(crate) column: String,
    /// The column's type.
    pub(crate) kind: ColumnType,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

impl Comparison {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            _ => return None,
        })
    }

    /// Its name in the OData library's texts.
    fn operator_kind(self) -> &'static str {
        match self {
            Comparison::Equal => "Equal",
            Comparison::NotEqual => "NotEqual",
            Comparison::Greater => "GreaterThan",
            Comparison::GreaterOrEqual => "GreaterThanOrEqual",
            Comparison::Less => "LessThan",
            Comparison::LessOrEqual => "LessThanOrEqual",
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
        }
    }

    /// The same comparison with its sides exchanged.
    fn turned(self) -> Self {
        match self {
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            same => same,
        }
    }
}
