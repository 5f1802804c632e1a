//! One verification: assumption by assumption, step by step.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use crate::assumption::{Assumption, Level, Service, Step, assumptions, fixtures};
use crate::fact::{self, Answer};
use crate::journal::Journal;
use crate::organization::Organization;
use crate::removal::{self, Left};
use crate::report::{Finding, Outcome, Report, Seen};
use crate::sender::{Sender, Unsent};
use crate::template::{self, Variables};
use crate::transport::{Transport, Unanswered};

/// The options of a verification.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The level that is allowed.
    pub level: Level,
    /// The id of the solution for the table of [`Level::Customize`].
    pub solution: Option<String>,
    /// Only assumptions whose name contains this.
    pub only: Option<String>,
}

impl Asked {
    /// The selected assumptions, including those that the level does not allow.
    pub fn assumptions(&self) -> impl Iterator<Item = &'static Assumption> {
        let only = self.only.as_deref().unwrap_or_default();
        assumptions().iter().filter(move |assumption| assumption.name.contains(only))
    }
}

/// Receives the progress of a verification.
pub trait Watch {
    /// An assumption is about to be tried.
    fn begins(&mut self, _assumption: &'static Assumption) {}
    /// An assumption has its finding.
    fn ends(&mut self, _finding: &Finding) {}
    /// The organization asked the client to wait.
    fn waits(&mut self, _pause: Duration) {}
}

/// Ignores the progress.
#[derive(Debug, Clone, Copy)]
pub struct Unhurried;

impl Watch for Unhurried {}

/// Tries the assumptions, one request at a time, and removes what that created, even after a stop.
///
/// `stop` becomes true when the person ends the run; the request in flight is still awaited.
pub async fn verify<T: Transport>(
    asked: &Asked,
    organization: &Organization,
    transport: &T,
    journal: &mut Journal,
    stop: watch::Receiver<bool>,
    watch: &mut impl Watch,
) -> (Report, Left) {
    let mark = journal.mark().to_owned();
    let run = mark.rsplit(' ').next().unwrap_or_default().to_owned();
    let known = [
        ("origin", json!(organization.origin)),
        ("mark", json!(mark)),
        ("run", json!(run)),
        ("null", Value::Null),
        ("solution", asked.solution.as_deref().map_or(Value::Null, |id| json!(id))),
    ];
    let mut run = Run {
        sender: Sender::new(organization, transport, stop),
        journal,
        level: asked.level,
        known: known.map(|(name, value)| (name.to_owned(), value)).into(),
        unknown: BTreeMap::new(),
        prepared: BTreeMap::new(),
        watch,
    };
    let mut findings = Vec::new();
    // Throttled responses are examined at the end, once the run has met them.
    let (sent, looked): (Vec<_>, Vec<_>) = asked
        .assumptions()
        .partition(|assumption| assumption.steps.iter().all(|s| s.throttled.is_empty()));
    for assumption in sent.into_iter().chain(looked) {
        run.watch.begins(assumption);
        let finding = run.find(assumption).await;
        run.watch.ends(&finding);
        findings.push(finding);
    }
    let Run { mut sender, journal, .. } = run;
    let left = removal::remove(&mut sender, journal).await;
    findings.sort_by(|a, b| a.name.cmp(&b.name));
    let report = Report {
        format: Report::FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        level: asked.level,
        requests: sender.requests,
        findings,
    };
    (report, left)
}

struct Run<'a, T, W> {
    sender: Sender<'a, T>,
    journal: &'a mut Journal,
    level: Level,
    /// Variables shared by all assumptions.
    known: Variables,
    /// Variables that could not be found, and why.
    unknown: BTreeMap<String, Reason>,
    /// The responses to the fixtures, by name.
    prepared: BTreeMap<String, Answer>,
    watch: &'a mut W,
}

/// Why an assumption could not be tried, in text that is safe to publish.
#[derive(Debug, Clone)]
enum Reason {
    NotAllowed(Level),
    NoSuchRow(String),
    Refused { step: String, status: u16, code: Option<String> },
    Unsent(Unsent),
    NothingThrottled,
    NotRemembered,
}

impl<T: Transport, W: Watch> Run<'_, T, W> {
    async fn find(&mut self, assumption: &'static Assumption) -> Finding {
        let mut seen = Vec::new();
        let result = if assumption.level > self.level {
            Err(Reason::NotAllowed(assumption.level))
        } else {
            self.attempt(assumption, &mut seen).await
        };
        let (outcome, why) = match result {
            Ok(true) => (Outcome::Agrees, None),
            Ok(false) => (Outcome::Differs, None),
            Err(reason) => (Outcome::NotTried, Some(reason.to_string())),
        };
        if outcome == Outcome::NotTried {
            seen.clear();
        }
        Finding { name: assumption.name.clone(), outcome, why, seen }
    }

    async fn attempt(
        &mut self,
        assumption: &Assumption,
        seen: &mut Vec<Seen>,
    ) -> Result<bool, Reason> {
        let mut variables = self.known.clone();
        for name in ["id", "id2", "nobody"] {
            variables.insert(name.to_owned(), json!(Uuid::new_v4().to_string()));
        }
        for step in &assumption.steps {
            let answer = self.answer(step, &mut variables).await?;
            let Some(expect) = &step.expect else {
                succeeded(step, &answer)?;
                keep(step, &answer, &mut variables)?;
                follow(step, &answer, &mut variables);
                continue;
            };
            if is_about_the_caller(step, &answer) && !expect.status.contains(&answer.status()) {
                return Err(refused(step, &answer));
            }
            let (own, agrees) = fact::look(step, expect, &answer, &variables);
            if step.prepares {
                agrees.then_some(()).ok_or_else(|| missing(step))?;
            } else {
                seen.push(own);
                if !agrees {
                    return Ok(false);
                }
            }
            keep(step, &answer, &mut variables)?;
            follow(step, &answer, &mut variables);
        }
        Ok(true)
    }

    /// The response to a step, after the variables it needs are found.
    async fn answer(&mut self, step: &Step, variables: &mut Variables) -> Result<Answer, Reason> {
        if !step.throttled.is_empty() {
            let known =
                self.sender.throttled.iter().find(|answer| {
                    answer.code().is_some_and(|code| step.throttled.contains(&code))
                });
            let known = known.ok_or(Reason::NothingThrottled)?;
            return Ok(Answer::new(known.response.clone()));
        }
        if let Some(name) = &step.look_at {
            let fixture = fixtures().iter().find(|fixture| fixture.name == *name);
            let kept = fixture.and_then(|fixture| fixture.keep.keys().next());
            // Any outcome is examined, even a refusal.
            let bound = Box::pin(self.bind(kept.map_or("", String::as_str), variables)).await;
            let known = self.prepared.get(name);
            return match (known, bound) {
                (Some(known), _) => Ok(Answer::new(known.response.clone())),
                (None, Err(reason)) => Err(reason),
                (None, Ok(())) => Err(Reason::NoSuchRow(format!("unknown fixture `{name}`"))),
            };
        }
        for name in needed(step) {
            Box::pin(self.bind(name, variables)).await?;
        }
        let made = step.makes.as_ref().map(|made| template::text(made, variables));
        let mut is_new = false;
        if let Some(thing) = &made {
            is_new = self.journal.remember(thing).map_err(|_| Reason::NotRemembered)?;
        }
        let watch = &mut *self.watch;
        let answer = self.sender.send(step, variables, &mut |pause| watch.waits(pause)).await;
        if let Some(thing) = &made {
            self.note(thing, is_new, &answer).map_err(|_| Reason::NotRemembered)?;
        }
        answer.map_err(Reason::Unsent)
    }

    /// Records the outcome of a creating request.
    fn note(
        &mut self,
        thing: &str,
        is_new: bool,
        answer: &Result<Answer, Unsent>,
    ) -> std::io::Result<()> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(Unsent::Unanswered(
                Unanswered::Broken | Unanswered::TimedOut | Unanswered::TooLong,
            )) => {
                return Ok(());
            }
            // Nothing was sent.
            Err(_) if is_new => return self.journal.forget(thing),
            Err(_) => return Ok(()),
        };
        if is_new && (400..=499).contains(&answer.status()) && answer.status() != 408 {
            return self.journal.forget(thing);
        }
        if answer.status() < 500 {
            self.journal.answered(thing)?;
        }
        // If the organization chose another id, that row must be removed too.
        if let Some(other) = created(answer, thing).filter(|other| other != thing) {
            self.journal.remember(&other)?;
            self.journal.answered(&other)?;
        }
        Ok(())
    }

    /// Finds a variable that the assumption does not bind itself.
    async fn bind(&mut self, name: &str, variables: &mut Variables) -> Result<(), Reason> {
        if variables.contains_key(name) {
            return Ok(());
        }
        if let Some(reason) = self.unknown.get(name) {
            return Err(reason.clone());
        }
        // Every variable is bound by its assumption or by a fixture; a test checks that.
        let fixture = fixtures().iter().find(|step| step.keep.contains_key(name));
        let step = fixture.ok_or_else(|| Reason::NoSuchRow(format!("nothing binds `{name}`")))?;
        let mut found = self.known.clone();
        found.insert("id".to_owned(), json!(Uuid::new_v4().to_string()));
        let result = match self.answer(step, &mut found).await {
            Ok(answer) => {
                let kept = succeeded(step, &answer).and_then(|()| keep(step, &answer, &mut found));
                self.prepared.insert(step.name.clone(), answer);
                kept
            }
            Err(reason) => Err(reason),
        };
        found.remove("id");
        match result {
            Ok(()) => {
                self.known.extend(found.clone());
                variables.extend(found.into_iter().filter(|(name, _)| name != "id"));
                Ok(())
            }
            Err(reason) => {
                self.unknown.insert(name.to_owned(), reason.clone());
                Err(reason)
            }
        }
    }
}

/// The variables that a step names.
fn needed(step: &Step) -> Vec<&str> {
    let mut names = template::names(&step.request);
    names.extend(step.makes.iter().flat_map(|made| template::names(made)));
    names.extend(step.headers.values().flat_map(|value| template::names(value)));
    names.extend(step.body.iter().flat_map(template::names_in));
    names.extend(step.form.iter().flat_map(BTreeMap::values).flat_map(|v| template::names(v)));
    let facts = step.expect.iter().flat_map(|expect| &expect.fact);
    names.extend(facts.flat_map(|fact| fact.test.texts()));
    names
}

/// Variables that neither their assumption nor a fixture binds, as `<assumption>: <variable>`. A
/// test checks that the list is empty.
pub fn unbound() -> Vec<String> {
    const ALWAYS: [&str; 8] = ["origin", "mark", "run", "null", "solution", "id", "id2", "nobody"];
    let mut unbound = Vec::new();
    for assumption in assumptions() {
        let steps = || assumption.steps.iter().chain(fixtures());
        let bound: Vec<_> = steps().flat_map(|step| step.keep.keys()).collect();
        for step in steps() {
            for name in needed(step) {
                if !ALWAYS.contains(&name) && !bound.iter().any(|own| *own == name) {
                    unbound.push(format!("{}: {name}", assumption.name));
                }
            }
        }
    }
    unbound
}

/// Whether the response says more about the caller than about the request.
fn is_about_the_caller(step: &Step, answer: &Answer) -> bool {
    match answer.status() {
        401 | 403 => step.of == Service::WebApi,
        status => matches!(status, 429 | 502 | 503 | 504),
    }
}

fn refused(step: &Step, answer: &Answer) -> Reason {
    Reason::Refused { step: step.name.clone(), status: answer.status(), code: answer.code() }
}

fn succeeded(step: &Step, answer: &Answer) -> Result<(), Reason> {
    let succeeds = match &step.expect {
        Some(expect) => expect.status.contains(&answer.status()),
        None => (200..=299).contains(&answer.status()),
    };
    if succeeds { Ok(()) } else { Err(refused(step, answer)) }
}

/// Why a step without a result ends the attempt.
fn missing(step: &Step) -> Reason {
    let why = || format!("{} found nothing", step.name);
    Reason::NoSuchRow(step.missing.clone().unwrap_or_else(why))
}

fn keep(step: &Step, answer: &Answer, variables: &mut Variables) -> Result<(), Reason> {
    for (name, place) in &step.keep {
        if let Some(made) = place.strip_prefix("= ") {
            let made = template::text(made, variables);
            variables.insert(name.clone(), json!(made));
            continue;
        }
        let found = answer.at(place).filter(|value| !value.is_null());
        let mut value = found.ok_or_else(|| missing(step))?;
        // A challenge is kept only for its tenant.
        if place == "header WWW-Authenticate" {
            value = json!(tenant(value.as_str().unwrap_or_default()).ok_or_else(|| missing(step))?);
        }
        variables.insert(name.clone(), value);
    }
    Ok(())
}

/// If the organization chose a different id, the next steps use that one.
fn follow(step: &Step, answer: &Answer, variables: &mut Variables) {
    let Some(made) = &step.makes else { return };
    let thing = template::text(made, variables);
    if let Some(other) = created(answer, &thing)
        && let [name] = template::names(made)[..]
        && let Some((_, id)) = other.trim_end_matches(')').split_once('(')
    {
        variables.insert(name.to_owned(), json!(id));
    }
}

/// The tenant that a challenge names: the first segment of the path in its `authorization_uri`.
fn tenant(challenge: &str) -> Option<String> {
    let (_, rest) = challenge.split_once("authorization_uri=")?;
    let url = rest.trim_start_matches('"');
    let path = url.split_once("://")?.1.split_once('/')?.1;
    let tenant = path.split(['/', ',', '"']).next()?;
    Uuid::try_parse(tenant).ok().map(|id| id.to_string())
}

/// The row that the response says was created, if it is in the requested set.
fn created(answer: &Answer, thing: &str) -> Option<String> {
    let (set, _) = thing.split_once('(')?;
    let link = answer.header("odata-entityid").or_else(|| answer.header("location"));
    let own = match link {
        Some(link) => link.rsplit_once(&format!("/{set}("))?.1.strip_suffix(')')?.to_owned(),
        None => {
            let key = ["activityid", "accountid"].iter().find_map(|key| answer.body.get(key));
            key?.as_str()?.to_owned()
        }
    };
    let is_id = Uuid::try_parse(&own).is_ok();
    is_id.then(|| format!("{set}({own})"))
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NotAllowed(Level::Customize) => f.write_str("it needs `--customize`"),
            Reason::NotAllowed(_) => f.write_str("it needs `--write`"),
            Reason::NoSuchRow(why) => f.write_str(why),
            Reason::Refused { step, status, code } => {
                let step = if step.is_empty() { "an earlier step" } else { step };
                write!(f, "{step} was refused ({status}")?;
                match code {
                    Some(code) => write!(f, ", `{code}`)"),
                    None => f.write_str(")"),
                }
            }
            Reason::Unsent(Unsent::Unanswered(why)) => write!(f, "{why}"),
            Reason::Unsent(Unsent::Elsewhere) => {
                f.write_str("the link leads to another host and was not followed")
            }
            Reason::Unsent(Unsent::Stopped) => f.write_str("the run was stopped"),
            Reason::Unsent(Unsent::Malformed) => {
                f.write_str("the values in an earlier response do not form a valid request")
            }
            Reason::NothingThrottled => f.write_str("no request was throttled"),
            Reason::NotRemembered => {
                f.write_str("the journal could not be written before the request")
            }
        }
    }
}
