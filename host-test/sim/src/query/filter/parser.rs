//! Parses tokens into a condition. `or` binds weakest, then `and`, then the comparisons, then
//! `not`.

use super::function;
use super::lexer::{Kind, Token, tokens};
use super::like::Like;
use super::literal::{bare, edm, fit, incompatible};
use super::{Comparison, Filter, Lambda, MOST_CONDITIONS, Path};
use crate::cell::Cell;
use crate::problem::Problem;
use crate::query::Options;
use crate::schema::{Schema, Table};

/// The request's data for functions and parameter aliases.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    /// Every table.
    pub(crate) schema: &'a Schema,
    /// For `@p1`.
    pub(crate) options: &'a Options,
    /// For `LastXDays` and the like, in seconds since 1970.
    pub(crate) now: i64,
    /// For `EqualUserId`.
    pub(crate) caller: uuid::Uuid,
}

/// Reads the text of a `$filter` on this table.
pub(crate) fn read(text: &str, table: &Table, around: Around<'_>) -> Result<Filter, Problem> {
    let tokens = tokens(text)?;
    too_deep(&tokens)?;
    let mut parser = Parser { text, tokens, at: 0, around, scope: vec![(String::new(), table)] };
    let filter = parser.or()?;
    if parser.at < parser.tokens.len() {
        return Err(parser.syntax());
    }
    Ok(filter)
}

/// Limits the depth of parentheses, as the OData library does, and the number of conditions, as
/// Dataverse does.
fn too_deep(tokens: &[Token]) -> Result<(), Problem> {
    let (mut depth, mut links) = (0_usize, 0_usize);
    for token in tokens {
        match &token.kind {
            Kind::Sign('(') => depth += 1,
            Kind::Sign(')') => depth = depth.saturating_sub(1),
            Kind::Word(word) if word == "and" || word == "or" => links += 1,
            _ => {}
        }
        if depth > 100 {
            return Err(Problem::bad_url("Recursion depth exceeded allowed limit."));
        }
    }
    if links < MOST_CONDITIONS { Ok(()) } else { Err(Problem::too_many_conditions()) }
}

/// A position in the tokens, and the names in scope.
pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    pub(super) around: Around<'a>,
    /// The row itself, then the variables of the enclosing lambdas, each with its table.
    scope: Vec<(String, &'a Table)>,
}

/// One side of a comparison.
enum Operand {
    Path(Path),
    Value(Cell),
    /// A whole condition: `contains(…)`, `(…)`.
    Filter(Filter),
}

impl<'a> Parser<'a> {
    fn or(&mut self) -> Result<Filter, Problem> {
        let mut left = self.and()?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, Problem> {
        let mut left = self.comparison()?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Filter, Problem> {
        if self.word("not") {
            // `not` binds closer than `eq`: `not a eq b` means `(not a) eq b`, which makes no sense
            // for a column.
            return match self.operand()? {
                Operand::Filter(filter) => Ok(Filter::Not(Box::new(filter))),
                _ => Err(Problem::not_modelled("`not` on a column (write `not (…)`)")),
            };
        }
        let left = self.operand()?;
        let Some(Kind::Word(word)) = self.peek().cloned() else { return self.alone(left) };
        let Some(comparison) = Comparison::read(&word) else {
            if ["in", "add", "sub", "mul", "div", "mod", "has"].contains(&word.as_str()) {
                return Err(Problem::bad_url(format!("The operator '{word}' is not supported.")));
            }
            return self.alone(left);
        };
        self.at += 1;
        match (left, self.operand()?) {
            (Operand::Path(left), Operand::Value(right)) => {
                let right = fit(&left, comparison, right)?;
                Ok(Filter::Compare(left, comparison, right))
            }
            (Operand::Value(left), Operand::Path(right)) => {
                let left = fit(&right, comparison, left)?;
                Ok(Filter::Compare(right, comparison.turned(), left))
            }
            (Operand::Path(left), Operand::Path(right)) => {
                let (a, b) = (edm(&left.kind), edm(&right.kind));
                if a != b {
                    return Err(incompatible(a, b, comparison.operator_kind()));
                }
                Ok(Filter::Columns(left, comparison, right))
            }
            // `contains(name,'x') eq true`, which some clients write.
            (Operand::Filter(filter), Operand::Value(Cell::Bool(yes))) => match (comparison, yes) {
                (Comparison::Equal, true) | (Comparison::NotEqual, false) => Ok(filter),
                (Comparison::Equal, false) | (Comparison::NotEqual, true) => {
                    Ok(Filter::Not(Box::new(filter)))
                }
                _ => Err(self.syntax()),
            },
            _ => Err(Problem::not_modelled("a comparison of two values, or of a condition")),
        }
    }

    fn alone(&self, operand: Operand) -> Result<Filter, Problem> {
        match operand {
            Operand::Filter(filter) => Ok(filter),
            // The OData library's text.
            _ => Err(Problem::bad_url(
                "The $filter expression must evaluate to a single boolean value.",
            )),
        }
    }

    fn operand(&mut self) -> Result<Operand, Problem> {
        let Some(token) = self.tokens.get(self.at).cloned() else { return Err(self.syntax()) };
        self.at += 1;
        match token.kind {
            Kind::Sign('(') => {
                let filter = self.or()?;
                self.sign(')')?;
                Ok(Operand::Filter(filter))
            }
            Kind::Literal(text) => Ok(Operand::Value(Cell::from(text))),
            Kind::Word(word) => {
                if self.peek() == Some(&Kind::Sign('(')) {
                    return self.call(&word).map(Operand::Filter);
                }
                if let Some(alias) = word.strip_prefix('@') {
                    let values = self.alias(alias)?;
                    return values
                        .into_iter()
                        .next()
                        .map(Operand::Value)
                        .ok_or_else(|| self.syntax());
                }
                if let Some(value) = bare(&word) {
                    return Ok(Operand::Value(value));
                }
                if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '{')) {
                    // An invalid date or number, a GUID in braces.
                    self.at -= 1;
                    return Err(self.syntax());
                }
                self.path(word)
            }
            Kind::Sign(_) => {
                self.at -= 1;
                Err(self.syntax())
            }
        }
    }

    /// A function, starting at its parenthesis.
    fn call(&mut self, name: &str) -> Result<Filter, Problem> {
        if let Some(short) = name.strip_prefix("Microsoft.Dynamics.CRM.") {
            return function::read(self, short);
        }
        if !["contains", "startswith", "endswith"].contains(&name) {
            // The documentation excludes date, math and other string functions; the text is
            // inferred.
            return Err(Problem::bad_url(format!("The function '{name}' is not supported.")));
        }
        self.sign('(')?;
        let column = self.operand()?;
        self.sign(',')?;
        let term = self.operand()?;
        self.sign(')')?;
        match (column, term) {
            (Operand::Path(path), Operand::Value(Cell::Text(term)))
                if edm(&path.kind) == "Edm.String" =>
            {
                let pattern = match name {
                    "contains" => format!("%{term}%"),
                    "startswith" => format!("{term}%"),
                    _ => format!("%{term}"),
                };
                Ok(Filter::Like(path, Like::new(&pattern)))
            }
            // The start of the OData library's text.
            _ => Err(Problem::bad_url(format!(
                "No function signature for the function with name '{name}' matches the specified arguments."
            ))),
        }
    }

    /// The rest of a path after its first name: through lookups to a column or a collection.
    fn path(&mut self, first: String) -> Result<Operand, Problem> {
        let variable = self.scope.iter().skip(1).position(|(name, _)| *name == first);
        let (depth, mut name) = match variable {
            Some(at) => {
                self.sign('/')?;
                (at + 1, self.name()?)
            }
            None if first == "$it" => {
                self.sign('/')?;
                (0, self.name()?)
            }
            None => (0, first),
        };
        let Some((_, mut table)) = self.scope.get(depth).cloned() else {
            return Err(self.syntax());
        };
        let mut path = Path {
            depth,
            steps: Vec::new(),
            column: String::new(),
            kind: crate::schema::ColumnType::Text,
        };
        loop {
            if let Some(column) = table.columns.get(&name) {
                path.kind = column.kind.clone();
                path.column = name;
                return Ok(Operand::Path(path));
            }
            let Some(navigation) = table.navigation.get(&name) else {
                return Err(Problem::no_such_property(&name, &table.logical_name));
            };
            let Some(target) = self.around.schema.tables.get(&navigation.target) else {
                return Err(Problem::not_modelled(&format!("The table '{}'", navigation.target)));
            };
            if self.peek() != Some(&Kind::Sign('/')) {
                return Err(Problem::not_modelled(&format!(
                    "A condition on the navigation property '{name}' itself"
                )));
            }
            self.at += 1;
            let next = self.name()?;
            if navigation.collection {
                if !path.steps.is_empty() {
                    // Documented as not supported; the text is inferred.
                    return Err(Problem::bad_url(format!(
                        "A condition on the collection '{name}' behind a lookup is not supported."
                    )));
                }
                let lambda = Lambda {
                    path,
                    collection: navigation.clone(),
                    condition: self.lambda(&next, target)?,
                    all: next == "all",
                };
                return Ok(Operand::Filter(Filter::Lambda(lambda)));
            }
            path.steps.push(navigation.clone());
            (table, name) = (target, next);
        }
    }

    /// The rest of `any(p:p/x eq 1)`, after its name.
    fn lambda(&mut self, name: &str, target: &'a Table) -> Result<Option<Box<Filter>>, Problem> {
        if name != "any" && name != "all" {
            return Err(self.syntax());
        }
        self.sign('(')?;
        if name == "any" && self.peek() == Some(&Kind::Sign(')')) {
            self.at += 1;
            return Ok(None);
        }
        let variable = self.name()?;
        self.sign(':')?;
        self.scope.push((variable, target));
        let filter = self.or();
        self.scope.pop();
        let filter = filter?;
        self.sign(')')?;
        Ok(Some(Box::new(filter)))
    }

    /// A column of the row itself, named by a function's `PropertyName`.
    pub(super) fn column(&self, name: &str) -> Result<Path, Problem> {
        let depth = self.scope.len().saturating_sub(1);
        let Some((_, table)) = self.scope.last() else { return Err(self.syntax()) };
        // Functions take the logical name, which differs from the property's for a lookup
        // (documented).
        let lookup = format!("_{name}_value");
        let found = [name, lookup.as_str()].into_iter().find_map(|name| table.columns.get(name));
        let Some(column) = found else {
            return Err(Problem::no_such_property(name, &table.logical_name));
        };
        Ok(Path {
            depth,
            steps: Vec::new(),
            column: column.name.clone(),
            kind: column.kind.clone(),
        })
    }

    /// The values of `@name`: one, or a list in brackets.
    pub(super) fn alias(&self, name: &str) -> Result<Vec<Cell>, Problem> {
        let Some(text) = self.around.options.get(&format!("@{name}")) else {
            // In OData, an alias without a value is null.
            return Ok(vec![Cell::Null]);
        };
        let mut values = Vec::new();
        for token in tokens(text.trim())? {
            match token.kind {
                Kind::Literal(text) => values.push(Cell::from(text)),
                Kind::Word(word) => values.push(bare(&word).ok_or_else(|| self.syntax())?),
                Kind::Sign('[' | ',' | ']') => {}
                Kind::Sign(_) => return Err(self.syntax()),
            }
        }
        Ok(values)
    }

    pub(super) fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    pub(super) fn next(&mut self) -> Option<Kind> {
        let kind = self.peek().cloned();
        self.at += 1;
        kind
    }

    pub(super) fn name(&mut self) -> Result<String, Problem> {
        match self.peek().cloned() {
            Some(Kind::Word(word)) => {
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.syntax()),
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let here = matches!(self.peek(), Some(Kind::Word(own)) if own == word);
        self.at += usize::from(here);
        here
    }

    pub(super) fn sign(&mut self, sign: char) -> Result<(), Problem> {
        if self.peek() != Some(&Kind::Sign(sign)) {
            return Err(self.syntax());
        }
        self.at += 1;
        Ok(())
    }

    /// The OData library's text for an unexpected token.
    pub(super) fn syntax(&self) -> Problem {
        let end = self.text.chars().count();
        let at = self.tokens.get(self.at).map_or(end, |token| token.at);
        Problem::bad_url(format!("Syntax error at position {at} in '{}'.", self.text))
    }
}
