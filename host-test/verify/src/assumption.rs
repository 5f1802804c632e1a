//! The assumptions about Dataverse, read from the files in `assumptions/`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::template;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assumptions");

/// An assumption about Dataverse.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// The group and the name, from the file's path: `writes/upsert`.
    #[serde(skip)]
    pub name: String,
    /// The assumption as a sentence.
    pub assumed: String,
    /// The kind of evidence for it.
    pub evidence: Evidence,
    /// The source of the evidence.
    pub source: String,
    /// The level that trying it needs.
    #[serde(default)]
    pub level: Level,
    /// The code that depends on it, in the component or the simulator.
    pub rests: Vec<String>,
    /// The requests, in order.
    #[serde(rename = "step")]
    pub(crate) steps: Vec<Step>,
    /// The settings with which the simulator shows the behaviour that was seen instead.
    #[serde(default, rename = "learn")]
    pub(crate) lessons: Vec<Lesson>,
}

/// The evidence for an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Microsoft's documentation states it.
    Documented,
    /// Somebody observed it or published the traffic.
    Live,
    /// An existing client relies on it.
    Client,
    /// It is a conclusion from other facts.
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

/// What a verification may do; each level includes the ones before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Read rows and definitions.
    #[default]
    Read,
    /// Create rows of its own and remove them.
    Write,
    /// Create a table and remove it.
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

/// One request, and the use of its response.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The step's purpose; the report shows its findings under this name.
    #[serde(default)]
    pub(crate) name: String,
    /// The method and the target. The target is relative to the Web API or to the sign-in service,
    /// or is a variable that holds a link.
    #[serde(default)]
    pub(crate) request: String,
    /// Who is asked.
    #[serde(default)]
    pub(crate) of: Service,
    /// Header fields in addition to those of every request; an empty text removes one of those.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// A JSON body.
    pub(crate) body: Option<Value>,
    /// A form, for the sign-in service.
    pub(crate) form: Option<BTreeMap<String, String>>,
    /// The path of the row or table that it creates, as removal needs it; recorded before the
    /// request is sent.
    pub(crate) makes: Option<String>,
    /// Variables to take from the response: `/value/0/accountid`, or `header Location`.
    #[serde(default)]
    pub(crate) keep: BTreeMap<String, String>,
    /// Why the assumption cannot be tried if the response lacks a variable.
    pub(crate) missing: Option<String>,
    /// What is expected. Without it the step is preparation, and anything but success ends the
    /// attempt.
    pub(crate) expect: Option<Expect>,
    /// Whether the expectation is only a condition for the attempt and not part of the assumption.
    #[serde(default)]
    pub(crate) prepares: bool,
    /// The name of a fixture: the step sends nothing and examines the fixture's response.
    pub(crate) look_at: Option<String>,
    /// Error codes: the step sends nothing and examines a throttled response with one of these
    /// codes that the run met.
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

/// What is expected of a response.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// Any of these statuses.
    #[serde(default)]
    pub(crate) status: Vec<u16>,
    /// Any of these codes, in the body of a refusal.
    #[serde(default)]
    pub(crate) code: Vec<String>,
    /// Facts that hold for the response.
    #[serde(default)]
    pub(crate) fact: Vec<Fact>,
}

/// A fact that holds for a response or does not.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fact {
    /// The fact in words; the report shows its finding under this name.
    pub(crate) says: String,
    /// The location in the body: `/value/0/name`; `*` stands for each item.
    pub(crate) at: Option<String>,
    /// The header field.
    pub(crate) header: Option<String>,
    /// The test.
    #[serde(flatten)]
    pub(crate) test: Test,
}

/// A test of a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Test {
    /// It has this shape.
    Is(String),
    /// It is this number.
    Number(u64),
    /// It has this many items.
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
    /// The variables that this setting names.
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

/// Where rows that assumptions need are found: variables of which a step binds the value when one
/// is first asked for.
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
