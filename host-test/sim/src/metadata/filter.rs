//! `$filter` on definitions: `eq`, `ne`, `and`, `or`, `not` on plain members, enumerations, and
//! members one level deep
//! ([query](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api)).

use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::query::filter::MOST_CONDITIONS;

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// Both conditions hold.
    And(Box<Filter>, Box<Filter>),
    /// At least one holds.
    Or(Box<Filter>, Box<Filter>),
    /// The condition does not hold.
    Not(Box<Filter>),
    /// The member equals this value, or does not.
    Is {
        /// `AttributeType`, or `RequiredLevel` and `Value`.
        path: Vec<String>,
        /// Whether it is `eq` rather than `ne`.
        equal: bool,
        /// The value on the other side.
        literal: Literal,
    },
    /// The boolean member is true.
    True(Vec<String>),
}

/// A value in a filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// `'account'`
    Text(String),
    /// `Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist'`
    Enum(String, String),
    /// `true`, `12`, `null`
    Plain(Value),
    /// A bare GUID.
    Guid(String),
}

/// Enumeration members with their types: they do not compare with text.
const ENUMS: [(&str, &str); 8] = [
    ("AttributeType", "AttributeTypeCode"),
    ("OwnershipType", "OwnershipTypes"),
    ("OptionSetType", "OptionSetType"),
    ("RequiredLevel", "AttributeRequiredLevel"),
    ("ImeMode", "ImeMode"),
    ("Format", "StringFormat"),
    ("RelationshipType", "RelationshipType"),
    ("PrivilegeType", "PrivilegeType"),
];

impl Filter {
    /// Parses a filter. `entity` (`EntityMetadata`) and a sample of its members give the known
    /// names. `lenient` lets enumerations compare with plain text.
    pub(crate) fn read(
        text: &str,
        entity: &str,
        sample: Option<&Map<String, Value>>,
        lenient: bool,
    ) -> Result<Self, Problem> {
        let tokens = tokens(text)?;
        too_deep(&tokens)?;
        let mut reader = Reader { tokens: &tokens, at: 0, entity, sample, lenient };
        let filter = reader.either()?;
        if reader.at < tokens.len() {
            return Err(reader.syntax());
        }
        Ok(filter)
    }

    /// Whether a definition matches.
    pub(crate) fn fits(&self, body: &Map<String, Value>) -> bool {
        match self {
            Filter::And(a, b) => a.fits(body) && b.fits(body),
            Filter::Or(a, b) => a.fits(body) || b.fits(body),
            Filter::Not(inner) => !inner.fits(body),
            Filter::Is { path, equal, literal } => (is(at(body, path), literal)) == *equal,
            Filter::True(path) => at(body, path) == &Value::Bool(true),
        }
    }
}

fn at<'a>(body: &'a Map<String, Value>, path: &[String]) -> &'a Value {
    let (first, rest) = path.split_first().map_or(("", &[] as &[String]), |(f, r)| (f, r));
    let start = body.get(first).unwrap_or(&Value::Null);
    rest.iter().fold(start, |value, name| value.get(name).unwrap_or(&Value::Null))
}

fn is(value: &Value, literal: &Literal) -> bool {
    match literal {
        // Names are case-sensitive: the documentation does not mention the case of metadata
        // strings.
        Literal::Text(text) | Literal::Enum(_, text) => value.as_str() == Some(text),
        Literal::Guid(id) => value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(id)),
        Literal::Plain(plain) => match (value.as_f64(), plain.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
            _ => value == plain,
        },
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let at = text.len() - rest.len();
        rest = match c {
            ' ' => &rest[1..],
            '(' => {
                tokens.push(Token::Open);
                &rest[1..]
            }
            ')' => {
                tokens.push(Token::Close);
                &rest[1..]
            }
            '\'' => {
                let (value, after) =
                    quoted(&rest[1..]).ok_or_else(|| Problem::unterminated_literal(at, text))?;
                tokens.push(Token::Quoted(value));
                after
            }
            _ => {
                let end = rest.find([' ', '(', ')', '\'']).unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_owned()));
                &rest[end..]
            }
        };
    }
    Ok(tokens)
}

/// Limits the depth of parentheses and `not`s, and the number of conditions.
fn too_deep(tokens: &[Token]) -> Result<(), Problem> {
    let (mut depth, mut links) = (0_usize, 0_usize);
    for token in tokens {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            // The count of `not` never decreases: no real filter has a hundred of them.
            Token::Word(word) if word == "not" => depth += 1,
            Token::Word(word) if word == "and" || word == "or" => links += 1,
            Token::Word(_) | Token::Quoted(_) => {}
        }
        if depth > 100 {
            return Err(Problem::bad_url("Recursion depth exceeded allowed limit."));
        }
    }
    if links < MOST_CONDITIONS { Ok(()) } else { Err(Problem::too_many_conditions()) }
}

/// The literal up to its closing quote, and the rest.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('\'')?;
        value.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        if let Some(after) = rest.strip_prefix('\'') {
            value.push('\'');
            rest = after;
        } else {
            return Some((value, rest));
        }
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    entity: &'a str,
    sample: Option<&'a Map<String, Value>>,
    lenient: bool,
}

impl Reader<'_> {
    fn either(&mut self) -> Result<Filter, Problem> {
        let mut left = self.both()?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Filter, Problem> {
        let mut left = self.single()?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.single()?));
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Filter, Problem> {
        if self.word("not") {
            return Ok(Filter::Not(Box::new(self.single()?)));
        }
        match self.next() {
            Some(Token::Open) => {
                let inner = self.either()?;
                match self.next() {
                    Some(Token::Close) => Ok(inner),
                    _ => Err(self.syntax()),
                }
            }
            Some(Token::Word(name)) if self.tokens.get(self.at) == Some(&Token::Open) => {
                // `startswith` and similar functions answer 501 here, as third parties report.
                Err(Problem::not_modelled(&format!("The function '{name}' on definitions")))
            }
            Some(Token::Word(name)) => self.comparison(&name),
            _ => Err(self.syntax()),
        }
    }

    fn comparison(&mut self, name: &str) -> Result<Filter, Problem> {
        let path: Vec<String> = name.split('/').map(str::to_owned).collect();
        if let (Some(sample), Some(first)) = (self.sample, path.first())
            && !sample.contains_key(first)
        {
            return Err(Problem::no_such_property(first, self.entity));
        }
        let equal = match self.tokens.get(self.at) {
            Some(Token::Word(op)) if op == "eq" => true,
            Some(Token::Word(op)) if op == "ne" => false,
            Some(Token::Word(op)) if matches!(op.as_str(), "gt" | "ge" | "lt" | "le" | "in") => {
                return Err(Problem::not_modelled(&format!("The operator '{op}' on definitions")));
            }
            None | Some(Token::Close) => return Ok(Filter::True(path)),
            Some(Token::Word(op)) if op == "and" || op == "or" => return Ok(Filter::True(path)),
            Some(_) => return Err(self.syntax()),
        };
        self.at += 1;
        let literal = self.literal()?;
        self.check(&path, &literal, equal)?;
        Ok(Filter::Is { path, equal, literal })
    }

    fn literal(&mut self) -> Result<Literal, Problem> {
        match self.next() {
            Some(Token::Quoted(text)) => Ok(Literal::Text(text)),
            Some(Token::Word(word)) => {
                if let Some(kind) = word.strip_prefix("Microsoft.Dynamics.CRM.") {
                    return match self.next() {
                        Some(Token::Quoted(text)) => Ok(Literal::Enum(kind.to_owned(), text)),
                        _ => Err(self.syntax()),
                    };
                }
                if word.len() == 36 && uuid::Uuid::try_parse(&word).is_ok() {
                    return Ok(Literal::Guid(word));
                }
                let value = serde_json::from_str::<Value>(&word).map_err(|_| self.syntax())?;
                Ok(Literal::Plain(value))
            }
            _ => Err(self.syntax()),
        }
    }

    /// An enumeration compares only with its own literals; the text is the OData library's.
    fn check(&self, path: &[String], literal: &Literal, equal: bool) -> Result<(), Problem> {
        if self.lenient {
            return Ok(());
        }
        let name = path.first().map(String::as_str).unwrap_or_default();
        let kind = ENUMS.iter().find(|(member, _)| *member == name).map(|(_, kind)| *kind);
        let (Some(kind), Literal::Text(_)) = (kind, literal) else { return Ok(()) };
        let op = if equal { "Equal" } else { "NotEqual" };
        Err(Problem::bad_url(format!(
            "A binary operator with incompatible types was detected. Found operand types \
             'Microsoft.Dynamics.CRM.{kind}' and 'Edm.String' for operator kind '{op}'."
        )))
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(next)) if next == word);
        self.at += usize::from(found);
        found
    }

    fn syntax(&self) -> Problem {
        Problem::bad_url("Bad Request - Error in query syntax.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fits(text: &str) -> bool {
        let body = json!({
            "LogicalName": "o'brien", "IsCustomEntity": true, "ObjectTypeCode": 1,
            "AttributeType": "Picklist", "RequiredLevel": {"Value": "None"}, "AttributeOf": null,
        });
        let body = body.as_object().unwrap();
        Filter::read(text, "EntityMetadata", Some(body), false).unwrap().fits(body)
    }

    #[test]
    fn compares_with_every_kind_of_literal() {
        assert!(fits("LogicalName eq 'o''brien'"));
        assert!(!fits("LogicalName ne 'o''brien'"));
        assert!(fits("IsCustomEntity eq true and ObjectTypeCode eq 1"));
        assert!(fits("IsCustomEntity"));
        assert!(fits("AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist'"));
        assert!(fits("RequiredLevel/Value eq Microsoft.Dynamics.CRM.AttributeRequiredLevel'None'"));
        assert!(fits("AttributeOf eq null"));
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert!(fits("ObjectTypeCode eq 1 or ObjectTypeCode eq 2 and ObjectTypeCode eq 3"));
        assert!(!fits("(ObjectTypeCode eq 1 or ObjectTypeCode eq 2) and ObjectTypeCode eq 3"));
        assert!(fits("not (ObjectTypeCode eq 2)"));
    }

    #[test]
    fn refuses_unsupported_filters_on_definitions() {
        let sample = json!({"SchemaName": "", "AttributeType": ""});
        let read =
            |text| Filter::read(text, "EntityMetadata", sample.as_object(), false).unwrap_err();
        assert_eq!(read("startswith(SchemaName,'new')").status, 501);
        assert_eq!(read("SchemaName gt 'a'").status, 501);
        assert_eq!(
            read("Schema eq 'a'").message,
            "Could not find a property named 'Schema' on type 'Microsoft.Dynamics.CRM.EntityMetadata'."
        );
        assert!(read("AttributeType eq 'Picklist'").message.contains("'Edm.String'"));
        assert_eq!(
            read("SchemaName eq 'a").message,
            "There is an unterminated literal at position 14 in 'SchemaName eq 'a'."
        );
        assert_eq!(read("SchemaName eq 'a' SchemaName").status, 400);
    }

    #[test]
    fn refuses_nesting_that_would_exhaust_the_stack() {
        let sample = json!({"SchemaName": ""});
        let read = |text: &str| {
            Filter::read(text, "EntityMetadata", sample.as_object(), false).unwrap_err()
        };
        for text in ["(".repeat(10_000), "not ".repeat(10_000), "not (".repeat(5_000)] {
            assert_eq!(read(&text).message, "Recursion depth exceeded allowed limit.");
        }
        let chain = vec!["SchemaName eq 'a'"; 100_000].join(" or ");
        assert_eq!(read(&chain).code, "0x8004430C");
    }
}
