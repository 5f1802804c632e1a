//! `Microsoft.Dynamics.CRM.…`: the modelled query functions; others are refused by name
//! ([list](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryfunctions)).

use super::lexer::Kind;
use super::literal::{bare, convert};
use super::parser::Parser;
use super::{Comparison, Filter, Path};
use crate::cell::Cell;
use crate::problem::Problem;
use crate::query::filter::like::Like;
use crate::schema::ColumnType;

const DAY: i64 = 86_400;

/// The modelled functions.
const KNOWN: [&str; 19] = [
    "BeginsWith",
    "Between",
    "ContainValues",
    "DoesNotContainValues",
    "EndsWith",
    "EqualUserId",
    "In",
    "LastXDays",
    "Like",
    "NextXDays",
    "NotBetween",
    "NotEqualUserId",
    "NotIn",
    "On",
    "OnOrAfter",
    "OnOrBefore",
    "Today",
    "Tomorrow",
    "Yesterday",
];

/// The parameters in the parentheses.
#[derive(Default)]
struct Arguments {
    column: Option<Path>,
    values: Vec<Cell>,
}

/// Reads the rest of a function, after its name.
pub(super) fn read(parser: &mut Parser<'_>, name: &str) -> Result<Filter, Problem> {
    if !KNOWN.contains(&name) {
        return Err(Problem::not_modelled(&format!(
            "The function 'Microsoft.Dynamics.CRM.{name}'"
        )));
    }
    let arguments = arguments(parser)?;
    let Some(path) = arguments.column else { return Err(parser.syntax()) };
    let mut values = Vec::new();
    for value in arguments.values {
        values.push(fit(&path, value)?);
    }
    let compare = |comparison, value: Option<&Cell>| {
        let value = value.cloned().ok_or_else(|| parser.syntax())?;
        Ok(Filter::Compare(path.clone(), comparison, value))
    };
    let number = values.first().and_then(Cell::number);
    let today = parser.around.now.div_euclid(DAY) * DAY;
    let caller = Cell::Guid(parser.around.caller);
    match name {
        "In" => Ok(Filter::Among(path, values)),
        "NotIn" => Ok(Filter::Not(Box::new(Filter::Among(path, values)))),
        "Between" | "NotBetween" => {
            let from = compare(Comparison::GreaterOrEqual, values.first())?;
            let to = compare(Comparison::LessOrEqual, values.get(1))?;
            let between = Filter::And(Box::new(from), Box::new(to));
            Ok(if name == "Between" { between } else { Filter::Not(Box::new(between)) })
        }
        "ContainValues" | "DoesNotContainValues" => {
            let numbers = values.iter().filter_map(Cell::number).collect();
            let filter = Filter::Options(path, numbers);
            Ok(if name == "ContainValues" { filter } else { Filter::Not(Box::new(filter)) })
        }
        "BeginsWith" | "EndsWith" | "Like" => {
            let Some(Cell::Text(text)) = values.first() else { return Err(parser.syntax()) };
            let pattern = match name {
                "BeginsWith" => format!("{text}%"),
                "EndsWith" => format!("%{text}"),
                _ => text.to_string(),
            };
            Ok(Filter::Like(path, Like::new(&pattern)))
        }
        "EqualUserId" => compare(Comparison::Equal, Some(&caller)),
        "NotEqualUserId" => compare(Comparison::NotEqual, Some(&caller)),
        // Days are in UTC here; a real organization uses the caller's time zone.
        "Today" => Ok(days(path, today, today + DAY)),
        "Yesterday" => Ok(days(path, today - DAY, today)),
        "Tomorrow" => Ok(days(path, today + DAY, today + 2 * DAY)),
        "LastXDays" | "NextXDays" => {
            let Some(days_asked) = number else { return Err(parser.syntax()) };
            let now = parser.around.now;
            Ok(if name == "LastXDays" {
                days(path, today.saturating_sub(days_asked.saturating_mul(DAY)), now + 1)
            } else {
                let last = days_asked.saturating_add(1).saturating_mul(DAY);
                days(path, now, today.saturating_add(last))
            })
        }
        // The remaining ones: On, OnOrAfter, OnOrBefore.
        _ => {
            let Some(Cell::Time(seconds)) = values.first() else { return Err(parser.syntax()) };
            let day = seconds.div_euclid(DAY) * DAY;
            let from = Filter::Compare(path.clone(), Comparison::GreaterOrEqual, Cell::Time(day));
            let to = Filter::Compare(path, Comparison::Less, Cell::Time(day + DAY));
            Ok(match name {
                "On" => Filter::And(Box::new(from), Box::new(to)),
                "OnOrAfter" => from,
                _ => to,
            })
        }
    }
}

fn days(path: Path, from: i64, to: i64) -> Filter {
    Filter::And(
        Box::new(Filter::Compare(path.clone(), Comparison::GreaterOrEqual, Cell::Time(from))),
        Box::new(Filter::Compare(path, Comparison::Less, Cell::Time(to))),
    )
}

/// `(PropertyName='x',PropertyValues=['1','2'])`
fn arguments(parser: &mut Parser<'_>) -> Result<Arguments, Problem> {
    let mut found = Arguments::default();
    parser.sign('(')?;
    loop {
        let name = parser.name()?;
        parser.sign('=')?;
        let values = values(parser)?;
        match (name.as_str(), values.first()) {
            ("PropertyName", Some(Cell::Text(column))) => {
                found.column = Some(parser.column(column)?)
            }
            ("PropertyValue" | "PropertyValues" | "PropertyValue1" | "PropertyValue2", _) => {
                found.values.extend(values)
            }
            _ => return Err(parser.syntax()),
        }
        match parser.next() {
            Some(Kind::Sign(',')) => {}
            Some(Kind::Sign(')')) => return Ok(found),
            _ => return Err(parser.syntax()),
        }
    }
}

/// One value, or a list in brackets, here or in the value of a parameter alias.
fn values(parser: &mut Parser<'_>) -> Result<Vec<Cell>, Problem> {
    if let Some(Kind::Word(word)) = parser.peek()
        && let Some(alias) = word.strip_prefix('@').map(str::to_owned)
    {
        parser.next();
        return parser.alias(&alias);
    }
    let mut values = Vec::new();
    if parser.peek() != Some(&Kind::Sign('[')) {
        values.push(value(parser)?);
        return Ok(values);
    }
    parser.next();
    while parser.peek() != Some(&Kind::Sign(']')) {
        values.push(value(parser)?);
        if parser.peek() == Some(&Kind::Sign(',')) {
            parser.next();
        }
    }
    parser.next();
    Ok(values)
}

fn value(parser: &mut Parser<'_>) -> Result<Cell, Problem> {
    match parser.next() {
        Some(Kind::Literal(text)) => Ok(Cell::from(text)),
        Some(Kind::Word(word)) => bare(&word).ok_or_else(|| parser.syntax()),
        _ => Err(parser.syntax()),
    }
}

/// The values of functions are text for columns of any type.
fn fit(path: &Path, value: Cell) -> Result<Cell, Problem> {
    // For a date, a number of days; for a multi-choice, an option's number.
    let value = match (&path.kind, value) {
        (ColumnType::Text | ColumnType::Memo, value) => return Ok(value),
        (_, Cell::Text(text)) => bare(&text).unwrap_or(Cell::Text(text)),
        (_, value) => value,
    };
    match (&path.kind, &value) {
        (ColumnType::MultiChoice, Cell::Number(_)) => Ok(value),
        (ColumnType::DateTime | ColumnType::Date, Cell::Number(_)) => Ok(value),
        _ => convert(&path.kind, value).map_err(|_| Problem::invalid_argument()),
    }
}
