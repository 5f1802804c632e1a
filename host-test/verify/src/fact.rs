//! Evaluates a fact against a response.

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use crate::assumption::{Expect, Fact, Step, Test};
use crate::report::{self, Seen};
use crate::shape;
use crate::template::{self, Variables};

/// The largest number in a report: telephone numbers are larger.
const GREATEST_NUMBER: u64 = 1_048_576;

/// A parsed response.
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn new(response: Response<Bytes>) -> Self {
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        Answer { response, body }
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The code of a refusal: Dataverse's code, or the sign-in service's error name.
    pub(crate) fn code(&self) -> Option<String> {
        if self.status() < 400 {
            return None;
        }
        let code = self.body.pointer("/error/code").or_else(|| self.body.get("error"));
        code.and_then(Value::as_str).map(shape::code)
    }

    /// The values of a header field, as one text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.response.headers().get_all(name).iter().collect();
        let texts: Vec<_> =
            values.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }

    /// The value at a location: a pointer into the body, or `header Location`.
    pub(crate) fn at(&self, place: &str) -> Option<Value> {
        match place.strip_prefix("header ") {
            Some(name) => self.header(name).map(Value::String),
            None => self.body.pointer(place).cloned(),
        }
    }
}

/// What was seen at a step, and whether it meets the expectation.
pub(crate) fn look(
    step: &Step,
    expect: &Expect,
    answer: &Answer,
    variables: &Variables,
) -> (Seen, bool) {
    let code = answer.code();
    let mut agrees = expect.status.is_empty() || expect.status.contains(&answer.status());
    agrees &=
        expect.code.is_empty() || code.as_ref().is_some_and(|code| expect.code.contains(code));
    let mut seen =
        Seen { step: step.name.clone(), status: answer.status(), code, facts: Default::default() };
    // If the request was refused, facts about a successful response mean nothing.
    if expect.status.is_empty() || expect.status.contains(&answer.status()) {
        for fact in &expect.fact {
            let value = look_at(fact, answer, variables);
            agrees &= value == report::expected(fact);
            seen.facts.insert(fact.says.clone(), value);
        }
    }
    (seen, agrees)
}

fn look_at(fact: &Fact, answer: &Answer, variables: &Variables) -> report::Value {
    let found: Vec<Value> = match (&fact.header, &fact.at) {
        (Some(name), _) => answer.header(name).map(Value::String).into_iter().collect(),
        (None, Some(at)) => all_at(&answer.body, at),
        (None, None) => Vec::new(),
    };
    let first = found.first();
    let text = || first.and_then(Value::as_str).unwrap_or_default();
    let wanted = |value: &Value| template::value(value, variables);
    let filled = |text: &str| template::text(text, variables);
    match &fact.test {
        Test::Is(_) => {
            let origin = filled("{origin}");
            report::Value::Shape(shape::of_value(first, &origin).to_owned())
        }
        Test::Number(_) => number(first.and_then(Value::as_u64), first, &filled("{origin}")),
        Test::Count(_) => {
            let count = first.and_then(Value::as_array).map(|items| items.len() as u64);
            number(count, first, &filled("{origin}"))
        }
        Test::Equals(value) => {
            report::Value::Flag(first.is_some_and(|first| same(first, &wanted(value))))
        }
        Test::Differs(value) => {
            report::Value::Flag(!first.is_some_and(|first| same(first, &wanted(value))))
        }
        Test::Includes(value) => {
            report::Value::Flag(found.iter().any(|own| same(own, &wanted(value))))
        }
        Test::Excludes(value) => {
            report::Value::Flag(!found.iter().any(|own| same(own, &wanted(value))))
        }
        Test::Only(value) => {
            let wanted = wanted(value);
            report::Value::Flag(!found.is_empty() && found.iter().all(|own| same(own, &wanted)))
        }
        Test::Contains(part) => report::Value::Flag(text().contains(&filled(part))),
        Test::Lacks(part) => report::Value::Flag(!text().contains(&filled(part))),
        Test::Begins(part) => report::Value::Flag(text().starts_with(&filled(part))),
        Test::LowerCase(_) => {
            report::Value::Flag(!text().bytes().any(|byte| byte.is_ascii_uppercase()))
        }
    }
}

/// Whether two values are the same; the case of ids does not matter.
fn same(left: &Value, right: &Value) -> bool {
    let id = |value: &Value| uuid::Uuid::try_parse(value.as_str()?).ok();
    left == right || id(left).is_some_and(|left| id(right) == Some(left))
}

fn number(number: Option<u64>, found: Option<&Value>, origin: &str) -> report::Value {
    match number {
        Some(number) if number <= GREATEST_NUMBER => report::Value::Number(number),
        Some(_) => report::Value::Shape("a greater number".to_owned()),
        None => report::Value::Shape(shape::of_value(found, origin).to_owned()),
    }
}

/// The values at a pointer, in which `*` stands for each item of a list.
fn all_at(value: &Value, pointer: &str) -> Vec<Value> {
    match pointer.split_once("/*") {
        None => value.pointer(pointer).cloned().into_iter().collect(),
        Some((before, after)) => {
            let list = value.pointer(before).and_then(Value::as_array);
            list.into_iter().flatten().flat_map(|item| all_at(item, after)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(fact: &str, body: &Value) -> report::Value {
        let fact: Fact = toml::from_str(&format!("says = 'x'\n{fact}")).unwrap();
        let response = Response::builder().header("Retry-After", "5");
        let response = response.body(Bytes::from(body.to_string())).unwrap();
        let variables = [("origin".to_owned(), json!("https://a.crm.dynamics.com"))].into();
        look_at(&fact, &Answer::new(response), &variables)
    }

    #[test]
    fn reports_the_shape_of_a_value_and_never_the_value() {
        let rows = json!({"value": [{"a": 1, "b": "Contoso"}, {"a": 2, "b": null}], "n": 4_915_551_234_567_u64});
        for (fact, expected) in [
            ("at = '/value/0/b'\nis = 'text'", json!("text")),
            ("at = '/value/1/b'\nis = 'text'", json!("null")),
            ("at = '/value'\ncount = 2", json!(2)),
            ("at = '/value/0/b'\ncount = 2", json!("text")),
            ("at = '/n'\nnumber = 2", json!("a greater number")),
            ("at = '/value/*/a'\nincludes = 2", json!(true)),
            ("at = '/value/*/a'\nonly = 2", json!(false)),
            ("at = '/nothing/*/a'\nonly = 2", json!(false)),
            ("at = '/value/*/a'\nexcludes = 3", json!(true)),
            ("at = '/value/0/b'\nbegins = 'Con'", json!(true)),
            ("at = '/value/0/b'\ncontains = 'x'", json!(false)),
            ("at = '/value/0/b'\nlacks = 'x'", json!(true)),
            ("header = 'Retry-After'\nis = 'digits'", json!("digits")),
            ("header = 'Location'\nis = 'digits'", json!("absent")),
        ] {
            assert_eq!(serde_json::to_value(seen(fact, &rows)).unwrap(), expected, "{fact}");
        }
    }
}
