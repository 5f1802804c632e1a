//! What is assumed of Dataverse, as the files in `assumptions/` say it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::template;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assumptions");

/// One thing that is assumed of Dataverse.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// Group and name, as the file is named: `writes/closed-appointment`.
    #[serde(skip)]
    pub name: String,
    /// The sentence that is assumed.
    pub assumed: String,
    /// What speaks for it.
    pub evidence: Evidence,
    /// Where that was found.
    pub source: String,
    /// What must be allowed to try it.
    #[serde(default)]
    pub level: Level,
    /// What rests on it: code of the component, or of the simulator.
    pub rests: Vec<String>,
    /// What is sent, in order.
    #[serde(rename = "step")]
    pub(crate) steps: Vec<Step>,
    /// Which setting of the simulator holds what was seen instead.
    #[serde(default, rename = "learn")]
    pub(crate) lessons: Vec<Lesson>,
}

/// What speaks for an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Microsoft's documentation says it.
    Documented,
    /// Somebody saw it, or published what was sent.
    Live,
    /// A client was written for it.
    Client,
    /// It was concluded.
    Inferred,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Evidence::Documented => "documented",
            Evidence::Live => "live",
            Evidence::Client => "client",
            Evidence::Inferred => "inferred",
        })
    }
}

/// What a verification may do; each level includes those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Read rows and definitions.
    #[default]
    Read,
    /// Make rows of its own, and remove them.
    Write,
    /// Make a table, and remove it.
    Customize,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Read => "read",
            Level::Write => "write",
            Level::Customize => "customize",
        })
    }
}

/// One request, and what is made of its answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// What it does in the course of the assumption; it names what was seen.
    #[serde(default)]
    pub(crate) name: String,
    /// Method and target; the target is relative to the Web API, or to the sign-in service, or a variable that holds a link.
    #[serde(default)]
    pub(crate) request: String,
    /// Who is asked.
    #[serde(default)]
    pub(crate) of: Service,
    /// Header fields beside those of every request; an empty text takes one of those away.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// A body of JSON.
    pub(crate) body: Option<Value>,
    /// A form, for the sign-in service.
    pub(crate) form: Option<BTreeMap<String, String>>,
    /// The row or table that it makes, as it is removed; remembered before the request is sent.
    pub(crate) makes: Option<String>,
    /// Variables that are taken from the answer: `/value/0/accountid`, or `header Location`.
    #[serde(default)]
    pub(crate) keep: BTreeMap<String, String>,
    /// Why the assumption cannot be tried when a variable is not in the answer.
    pub(crate) missing: Option<String>,
    /// What is expected; without it the step prepares, and anything but success ends the attempt.
    pub(crate) expect: Option<Expect>,
    /// Whether what is expected is a condition of the attempt, and no part of what is assumed.
    #[serde(default)]
    pub(crate) prepares: bool,
    /// With the name of a fixture the step sends nothing: it looks at the answer that the fixture had.
    pub(crate) look_at: Option<String>,
    /// With these codes the step sends nothing: it looks at an answer with one of them that was throttled on the way.
    #[serde(default)]
    pub(crate) throttled: Vec<String>,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Service {
    /// The Web API, with the token.
    #[default]
    WebApi,
    /// The Web API, without a token.
    Stranger,
    /// The sign-in service, without a token.
    SignIn,
}

/// What is expected of an answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// One of these.
    #[serde(default)]
    pub(crate) status: Vec<u16>,
    /// One of these, in the body of a refusal.
    #[serde(default)]
    pub(crate) code: Vec<String>,
    /// What holds of the answer.
    #[serde(default)]
    pub(crate) fact: Vec<Fact>,
}

/// Something that holds of an answer, or does not.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fact {
    /// What it is, in words; it names what was seen.
    pub(crate) says: String,
    /// Where it is looked at in the body: `/value/0/name`; `*` stands for each item.
    pub(crate) at: Option<String>,
    /// Which header field is looked at.
    pub(crate) header: Option<String>,
    /// What is asked of it.
    #[serde(flatten)]
    pub(crate) test: Test,
}

/// What is asked of a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Test {
    /// It has this shape.
    Is(String),
    /// It is this number.
    Number(u64),
    /// It has so many items.
    Count(u64),
    /// It equals this.
    Equals(Value),
    /// It does not equal this.
    Differs(Value),
    /// One of the items equals this.
    Includes(Value),
    /// No item equals this.
    Excludes(Value),
    /// All items equal this.
    Only(Value),
    /// It contains this text.
    Contains(String),
    /// It does not contain this text.
    Lacks(String),
    /// It begins with this text.
    Begins(String),
    /// It has no letters in upper case.
    LowerCase(bool),
}

impl Test {
    /// The variables that it names.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Test::Is(_) | Test::Number(_) | Test::Count(_) | Test::LowerCase(_) => Vec::new(),
            Test::Equals(value)
            | Test::Differs(value)
            | Test::Includes(value)
            | Test::Excludes(value)
            | Test::Only(value) => template::names_in(value),
            Test::Contains(text) | Test::Lacks(text) | Test::Begins(text) => template::names(text),
        }
    }
}

/// What the simulator is set to when something else was seen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lesson {
    /// The step that was seen.
    pub(crate) step: String,
    /// Its status was one of these.
    #[serde(default)]
    pub(crate) status: Vec<u16>,
    /// It was a refusal.
    #[serde(default)]
    pub(crate) refused: bool,
    /// What was seen of its facts.
    #[serde(default)]
    pub(crate) facts: BTreeMap<String, Value>,
    /// Names and values of settings; `{status}`, `{code}` and `{fact}` stand for what was seen.
    pub(crate) set: BTreeMap<String, Value>,
}

/// All assumptions, by name.
pub fn assumptions() -> &'static [Assumption] {
    static ALL: OnceLock<Vec<Assumption>> = OnceLock::new();
    ALL.get_or_init(|| read(&FILES))
}

/// Where rows that assumptions need are found: variables of which a step binds the value when one is first asked for.
pub(crate) fn fixtures() -> &'static [Step] {
    #[derive(Deserialize)]
    struct Fixtures {
        step: Vec<Step>,
    }
    static ALL: OnceLock<Vec<Step>> = OnceLock::new();
    ALL.get_or_init(|| parse::<Fixtures>(&FILES, "fixtures.toml").step)
}

fn read(files: &Dir<'_>) -> Vec<Assumption> {
    let groups = files.dirs().flat_map(Dir::files);
    let mut all: Vec<_> = groups
        .map(|file| {
            let path = file.path().to_string_lossy();
            let name = path.trim_end_matches(".toml").replace('\\', "/");
            Assumption { name, ..parse(files, &path) }
        })
        .collect();
    all.sort_by(|a, b| (a.level, &a.name).cmp(&(b.level, &b.name)));
    all
}

#[expect(clippy::panic, reason = "the files are part of the program, and a test reads them all")]
fn parse<T: for<'de> Deserialize<'de>>(files: &Dir<'_>, path: &str) -> T {
    let text = files.get_file(path).and_then(|file| file.contents_utf8()).unwrap_or_default();
    toml::from_str(text).unwrap_or_else(|error| panic!("assumptions/{path}: {error}"))
}
