//! Simulator settings learned from a report.

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
    /// The assumption that does not hold.
    pub learned_from: String,
}

impl Setting {
    /// The value in the form that the simulator reads.
    pub fn text(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// The settings that an assumption can teach, each with an example value.
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
                // A number, as seen in a response.
                Value::String(text) if text.starts_with('{') => Value::from(777),
                other => other,
            },
            learned_from: assumption.name.clone(),
        });
        all.push(set.collect());
    }
    all
}

/// The settings that make a simulator behave like the organization of a report; empty if all
/// assumptions hold.
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

/// The settings of the first lesson that fits.
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

/// A value with `{status}` and `{code}` replaced by what was seen. A value that is only `{<fact>}`
/// becomes what was seen for that fact.
fn filled(value: &Value, seen: &Seen) -> Value {
    let Value::String(text) = value else { return value.clone() };
    let whole = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    if let Some(fact) = whole.and_then(|name| seen.facts.get(name)) {
        return serde_json::to_value(fact).unwrap_or_default();
    }
    let code = seen.code.as_deref().unwrap_or_default();
    Value::String(text.replace("{status}", &seen.status.to_string()).replace("{code}", code))
}
