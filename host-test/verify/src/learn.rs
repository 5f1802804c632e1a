//! What a report teaches a simulator.

use serde_json::Value;

use crate::assumption::{Assumption, Lesson};
use crate::report::{Outcome, Report, Seen};

/// A named setting of the simulator.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// The assumption that did not hold.
    pub learned_from: String,
}

impl Setting {
    /// The value as a simulator reads it.
    pub fn text(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// The settings that an assumption can teach, each with a value as an example.
pub fn lessons(assumption: &Assumption) -> Vec<Vec<Setting>> {
    let mut all = Vec::new();
    for lesson in &assumption.lessons {
        let sign_in = lesson.set.keys().any(|name| name.starts_with("sign_in_refusal"));
        let seen = Seen {
            step: lesson.step.clone(),
            status: 409,
            code: Some(if sign_in { "temporarily_unavailable" } else { "0x8004a1b2" }.to_owned()),
            facts: Default::default(),
        };
        let set = lesson.set.iter().map(|(name, value)| Setting {
            name: name.clone(),
            value: match filled(value, &seen) {
                // A number that was seen.
                Value::String(text) if text.starts_with('{') => Value::from(777),
                other => other,
            },
            learned_from: assumption.name.clone(),
        });
        all.push(set.collect());
    }
    all
}

/// The settings with which a simulator behaves as the organization of a report does; none where it agrees.
pub fn settings(report: &Report) -> Vec<Setting> {
    let differing = report.findings.iter().filter(|finding| finding.outcome == Outcome::Differs);
    let mut settings = Vec::new();
    for finding in differing {
        let Some(assumption) = finding.assumption() else { continue };
        for (name, value) in taught(assumption, &finding.seen) {
            settings.push(Setting { name, value, learned_from: finding.name.clone() });
        }
    }
    settings
}

/// What the first lesson that fits sets.
fn taught(assumption: &Assumption, seen: &[Seen]) -> Vec<(String, Value)> {
    let fitting = assumption.lessons.iter().find_map(|lesson| {
        let seen = seen.iter().rev().find(|seen| fits(lesson, seen))?;
        Some((lesson, seen))
    });
    let Some((lesson, seen)) = fitting else { return Vec::new() };
    lesson.set.iter().map(|(name, value)| (name.clone(), filled(value, seen))).collect()
}

fn fits(lesson: &Lesson, seen: &Seen) -> bool {
    lesson.step == seen.step
        && (lesson.status.is_empty() || lesson.status.contains(&seen.status))
        && (!lesson.refused || seen.status >= 400)
        && lesson.facts.iter().all(|(fact, value)| {
            seen.facts
                .get(fact)
                .is_some_and(|own| serde_json::to_value(own).ok().as_ref() == Some(value))
        })
}

/// A value in which `{status}` and `{code}` are what was seen, and `{<fact>}`, alone, is what was seen of a fact.
fn filled(value: &Value, seen: &Seen) -> Value {
    let Value::String(text) = value else { return value.clone() };
    let whole = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    if let Some(fact) = whole.and_then(|name| seen.facts.get(name)) {
        return serde_json::to_value(fact).unwrap_or_default();
    }
    let code = seen.code.as_deref().unwrap_or_default();
    Value::String(text.replace("{status}", &seen.status.to_string()).replace("{code}", code))
}
