//! The one path that every action takes, and what a page has to say of itself.

use alloc::string::String;

use crate::arguments::{Arguments, Parameter};
use crate::call::Call;
use crate::contract::Failure;
use crate::dataverse::Rows;
use crate::error::Error;
use crate::json::{Object, quoted};
use crate::outside::Outside;
use crate::text::filled;

#[cfg(test)]
pub(crate) mod recorded;

/// What the specification says of an action.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Its name: `list_accounts`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub description: &'static str,
    /// Its parameters, in the specification's order.
    pub parameters: &'static [Parameter],
    /// What it answers besides `success` and `error`, in the specification's order.
    pub output: &'static [OutputMember],
}

/// A member of an action's answer.
#[derive(Debug, Clone, Copy)]
pub struct OutputMember {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: MemberKind,
}

/// What a member of an answer holds; `null` or an empty array when the action fails, but for the id of a row that may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A string or null.
    Text,
    /// The id of the row that is written, or null.
    RowId,
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

    /// The input out of the arguments of the JSON interface.
    fn read(arguments: &Arguments<'_>) -> Self::Input;

    /// Checks the input, asks, and makes the output of the answers.
    ///
    /// # Errors
    ///
    /// `fix-input` before anything is asked; else those of [`Call::ask`] and what the page adds.
    fn run(input: &Self::Input, call: &mut Call<'_>) -> Result<Self::Output, Error>;
}

/// What an action answers, written as members of the JSON interface's answer.
pub trait Output {
    /// Writes the members of the action's output, named as its [`Spec`] names them.
    fn write(self, members: &[OutputMember], json: &mut Object<'_>);
}

impl Output for Rows {
    fn write(self, members: &[OutputMember], json: &mut Object<'_>) {
        let [rows] = members else { return };
        self.push_array(json.member(rows.name));
    }
}

/// One row: its JSON.
impl Output for String {
    fn write(self, members: &[OutputMember], json: &mut Object<'_>) {
        let [row] = members else { return };
        json.raw(row.name, &self);
    }
}

/// Runs an action.
///
/// # Errors
///
/// Those of the action; no secret that the call has seen is in them.
pub fn run<A: Action>(input: A::Input, outside: Outside<'_>) -> Result<A::Output, Failure> {
    let mut call = Call::new(outside);
    A::run(&input, &mut call).map_err(|error| call.failure(error))
}

/// An action among others: what `actions::ALL` lists.
pub struct Entry {
    /// What the specification says of it.
    pub spec: Spec,
    pub(crate) answer: fn(&Arguments<'_>, &mut Call<'_>, &mut Object<'_>) -> Result<(), Error>,
}

/// The entry of a page.
pub(crate) const fn entry<A: Action>() -> Entry {
    Entry { spec: A::SPEC, answer: answer::<A> }
}

/// All of an invocation that differs from page to page.
fn answer<A: Action>(
    arguments: &Arguments<'_>,
    call: &mut Call<'_>,
    json: &mut Object<'_>,
) -> Result<(), Error> {
    A::run(&A::read(arguments), call).map(|output| output.write(A::SPEC.output, json))
}

/// Something to choose, as JSON: its value, which is JSON already, and its label.
pub(crate) fn option(value: &str, label: &str) -> String {
    filled!(r#"{"value":{},"label":{}}"#, &[value, &quoted(label)])
}
