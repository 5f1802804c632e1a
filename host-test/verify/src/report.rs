//! A report of the findings that is safe to publish.
//!
//! A report is built only from content that is allowed; nothing is filtered out afterwards. Allowed
//! are the names, sentences and steps of the assumptions, statuses, codes in a known form, shapes,
//! small numbers, and whether something holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::assumption::{Assumption, Expect, Fact, Level, Test, assumptions};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The version of the report's format.
    pub format: u32,
    /// The version of this package.
    pub version: String,
    /// The level that was allowed.
    pub level: Level,
    /// How many requests were sent.
    pub requests: usize,
    /// One finding for each assumption.
    pub findings: Vec<Finding>,
}

/// The finding for one assumption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The assumption's name.
    pub name: String,
    /// Whether it holds.
    pub outcome: Outcome,
    /// Why it could not be tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What was seen at each step with an expectation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Seen>,
}

/// Whether an assumption holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The organization behaves as assumed.
    Agrees,
    /// It behaves differently.
    Differs,
    /// It could not be tried.
    NotTried,
}

/// What was seen at one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The step's name.
    pub step: String,
    /// The status of the response.
    pub status: u16,
    /// The code in the body of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The facts by name, and what was seen.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Value>,
}

/// What a report may say of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Whether something holds.
    Flag(bool),
    /// A small number.
    Number(u64),
    /// A shape, from a closed list.
    Shape(String),
}

impl Report {
    /// Whether any assumption differs.
    pub fn differs(&self) -> bool {
        self.findings.iter().any(|finding| finding.outcome == Outcome::Differs)
    }

    /// How many have this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.findings.iter().filter(|finding| finding.outcome == outcome).count()
    }

    /// The report as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// A report from its JSON.
    ///
    /// # Errors
    ///
    /// Fails with one sentence if the text is not a report.
    pub fn read(json: &str) -> Result<Report, String> {
        let report: Report = serde_json::from_str(json)
            .map_err(|error| format!("not a report of `verify` ({error})"))?;
        if report.format != Report::FORMAT {
            return Err(format!(
                "the report has format {} (expected {})",
                report.format,
                Report::FORMAT
            ));
        }
        Ok(report)
    }

    /// The format of the reports that this version writes.
    pub const FORMAT: u32 = 1;

    /// The report as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!(
            "# Dataverse assumptions, checked against an organization\n\n`dynamics365-sales verify` {}, level {}, {} requests: {} agree, {} differ, {} \
             could not be tried.\n\nThe report contains no names, ids, addresses, secrets or hosts.\n",
            self.version,
            self.level,
            self.requests,
            self.count(Outcome::Agrees),
            self.count(Outcome::Differs),
            self.count(Outcome::NotTried),
        );
        let titles = [
            (Outcome::Differs, "Differs", "expected | seen"),
            (Outcome::NotTried, "Could not be tried", "why"),
            (Outcome::Agrees, "Agrees", "seen"),
        ];
        for (outcome, title, columns) in titles {
            if self.count(outcome) == 0 {
                continue;
            }
            let dashes = "---|".repeat(columns.split('|').count());
            let _ = write!(out, "\n## {title}\n\n| assumption | {columns} |\n|---|{dashes}\n");
            for finding in self.findings.iter().filter(|finding| finding.outcome == outcome) {
                let what = format!("`{}`: {}", finding.name, finding.assumed());
                let cells = match outcome {
                    Outcome::Differs => format!("{} | {}", finding.expected(), finding.shown()),
                    Outcome::NotTried => finding.why.clone().unwrap_or_default(),
                    Outcome::Agrees => finding.shown(),
                };
                let _ = writeln!(out, "| {} | {cells} |", what.replace('|', "\\|"));
            }
        }
        out
    }
}

impl Finding {
    /// The assumption, if this version knows it.
    pub fn assumption(&self) -> Option<&'static Assumption> {
        assumptions().iter().find(|assumption| assumption.name == self.name)
    }

    /// The assumption as a sentence.
    pub fn assumed(&self) -> &'static str {
        self.assumption().map_or("", |assumption| &assumption.assumed)
    }

    /// What was seen; for a difference, only the step that differs.
    pub fn shown(&self) -> String {
        let differing = self.outcome == Outcome::Differs;
        let skipped = if differing { self.seen.len().saturating_sub(1) } else { 0 };
        let steps: Vec<_> = self.seen[skipped..].iter().map(Seen::to_string).collect();
        steps.join("; ")
    }

    /// What was expected at the step that differs.
    pub fn expected(&self) -> String {
        let last = self.seen.last();
        let step = self.assumption().and_then(|assumption| {
            let mut steps = assumption.steps.iter();
            steps.find(|step| last.is_some_and(|last| last.step == step.name))
        });
        step.and_then(|step| Some(words(&step.name, step.expect.as_ref()?))).unwrap_or_default()
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.step, self.status)?;
        if let Some(code) = &self.code {
            write!(f, " `{code}`")?;
        }
        for (fact, value) in &self.facts {
            write!(f, ", {fact}: {value}")?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Flag(true) => f.write_str("yes"),
            Value::Flag(false) => f.write_str("no"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Shape(shape) => f.write_str(shape),
        }
    }
}

/// What is expected at a step, worded like [`Seen`].
fn words(step: &str, expect: &Expect) -> String {
    let mut out = format!("{step}:");
    let statuses: Vec<_> = expect.status.iter().map(u16::to_string).collect();
    let _ = write!(out, " {}", statuses.join(" or "));
    if !expect.code.is_empty() {
        let _ = write!(out, " `{}`", expect.code.join("` or `"));
    }
    for fact in &expect.fact {
        let _ = write!(out, ", {}: {}", fact.says, expected(fact));
    }
    out
}

/// What is expected for a fact.
pub(crate) fn expected(fact: &Fact) -> Value {
    match &fact.test {
        Test::Is(shape) => Value::Shape(shape.clone()),
        Test::Number(number) | Test::Count(number) => Value::Number(*number),
        Test::LowerCase(wanted) => Value::Flag(*wanted),
        _ => Value::Flag(true),
    }
}
