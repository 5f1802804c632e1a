//! The one path that every action takes, and what a page has to say of itself.

use alloc::string::String;

use crate::actions::ALL;
use crate::call::Call;
use crate::contract::Failure;
use crate::dataverse::Rows;
use crate::failure::Problem;
use crate::fields::{Fields, Param};
use crate::json::{Object, quoted};
use crate::shell::Shell;
use crate::text::filled;

/// What the specification says of an action.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Its name: `list_accounts`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub description: &'static str,
    /// Its parameters, in the specification's order.
    pub params: &'static [Param],
    /// What it answers besides `success` and `error`, in the specification's order.
    pub output: &'static [Field],
}

/// A member of an action's answer.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a member of an answer holds; `null` or an empty array when the action fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A string or null.
    Text,
    /// An object or null.
    Object,
    /// An array of objects.
    Objects,
    /// An array of strings.
    Texts,
}

/// An action: its page implements this.
pub trait Action {
    /// What the specification says of it.
    const SPEC: Spec;
    /// Its input, as in `wit/`.
    type Input;
    /// What it answers.
    type Output: Output;

    /// The input out of the fields of the JSON face.
    fn input(fields: &Fields<'_>) -> Self::Input;

    /// Checks the input, asks, and makes the output of the answers.
    ///
    /// # Errors
    ///
    /// `fix-input` before anything is asked; else those of [`Call::ask`] and what the page adds.
    fn run(input: &Self::Input, call: &mut Call<'_>) -> Result<Self::Output, Problem>;
}

/// What an action answers, as members of the JSON face's answer.
pub trait Output {
    /// Writes the members of these fields.
    fn write(self, fields: &[Field], json: &mut Object<'_>);
}

impl Output for Rows {
    fn write(mut self, fields: &[Field], json: &mut Object<'_>) {
        // There is one such field.
        for field in fields {
            core::mem::take(&mut self).push_array(json.member(field.name));
        }
    }
}

/// One row: its JSON.
impl Output for String {
    fn write(self, fields: &[Field], json: &mut Object<'_>) {
        for field in fields {
            json.raw(field.name, &self);
        }
    }
}

/// Runs an action.
///
/// # Errors
///
/// Those of the action; no secret that the call has seen is in them.
pub fn run<A: Action>(input: A::Input, shell: Shell<'_>) -> Result<A::Output, Failure> {
    let mut call = Call::new(shell);
    A::run(&input, &mut call).map_err(|problem| call.failure(problem))
}

/// Runs the action of this name and answers as its output schema says, whatever happens.
pub fn invoke(action: &str, input: &str, shell: Shell<'_>) -> String {
    run_named(action, input, shell).unwrap_or_else(|failure| {
        failed(&failure, find(action).map_or(&[], |entry| entry.spec.output))
    })
}

/// Runs the action of this name, JSON in and JSON out: a success is what [`invoke`] answers.
///
/// # Errors
///
/// `fix-input` if there is no such action or the input does not fit it; else those of [`run`].
pub fn run_named(action: &str, input: &str, shell: Shell<'_>) -> Result<String, Failure> {
    let Some(Entry { spec, answer }) = find(action) else { return Err(unknown(action).into()) };
    let mut call = Call::new(shell);
    let mut out = String::new();
    let mut json = Object::open(&mut out);
    json.boolean("success", true);
    json.raw("error", "null");
    let answered =
        Fields::read(input, spec.params).and_then(|fields| answer(&fields, &mut call, &mut json));
    json.close();
    answered.map(|()| out).map_err(|problem| call.failure(problem))
}

/// An action among others: what [`ALL`] lists.
pub struct Entry {
    /// What the specification says of it.
    pub spec: Spec,
    answer: fn(&Fields<'_>, &mut Call<'_>, &mut Object<'_>) -> Result<(), Problem>,
}

/// The entry of a page.
pub(crate) const fn entry<A: Action>() -> Entry {
    Entry { spec: A::SPEC, answer: answer::<A> }
}

fn find(action: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.spec.name == action)
}

/// All of an invocation that differs from page to page.
fn answer<A: Action>(
    fields: &Fields<'_>,
    call: &mut Call<'_>,
    json: &mut Object<'_>,
) -> Result<(), Problem> {
    A::run(&A::input(fields), call).map(|output| output.write(A::SPEC.output, json))
}

/// Something to choose, as JSON: its value, which is JSON already, and its label.
pub(crate) fn option(value: &str, label: &str) -> String {
    filled(r#"{"value":{},"label":{}}"#, &[value, &quoted(label)])
}

fn failed(failure: &Failure, output: &[Field]) -> String {
    crate::json::object(|json| {
        json.boolean("success", false);
        json.text("error", &failure.message);
        for field in output {
            let nothing = match field.kind {
                FieldKind::Text | FieldKind::Object => "null",
                FieldKind::Objects | FieldKind::Texts => "[]",
            };
            json.raw(field.name, nothing);
        }
    })
}

fn unknown(action: &str) -> Problem {
    let mut message = filled(
        "there is no action `{}` (the actions are ",
        &[&crate::failure::bounded(action, 100)],
    );
    for (at, entry) in ALL.iter().enumerate() {
        if at > 0 {
            message.push_str(", ");
        }
        message.push_str(entry.spec.name);
    }
    message.push(')');
    Problem::fix_input(message)
}
