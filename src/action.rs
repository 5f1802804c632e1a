//! The path common to all actions, and what an action declares.

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

/// An action's specification.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Its name: `list_accounts`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub description: &'static str,
    /// Its parameters, in the specification's order.
    pub parameters: &'static [Parameter],
    /// The members of its output besides `success` and `error`, in the specification's order.
    pub output: &'static [OutputMember],
}

/// A member of an action's output.
#[derive(Debug, Clone, Copy)]
pub struct OutputMember {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: MemberKind,
}

/// The type of an output member. If the action fails, the member is `null` or an empty array,
/// except the id of a row that may have been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A string or null.
    Text,
    /// The id of the written row, or null.
    RowId,
    /// An object or null.
    Object,
    /// An array of objects.
    Objects,
    /// An array of strings.
    Texts,
}

/// An action, implemented by its module.
pub trait Action {
    /// Its specification.
    const SPEC: Spec;
    /// Its input, as in `wit/`.
    type Input;
    /// Its output.
    type Output: Output;

    /// Reads the input from the arguments of the JSON interface.
    fn read(arguments: &Arguments<'_>) -> Self::Input;

    /// Checks the input, sends the requests, and builds the output.
    ///
    /// # Errors
    ///
    /// `fix-input` before anything is sent; otherwise those of [`Call::ask`] and of the action
    /// itself.
    fn run(input: &Self::Input, call: &mut Call<'_>) -> Result<Self::Output, Error>;
}

/// An action's output, written as members of the JSON interface's output.
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
/// Those of the action, without any secret that the call has seen.
pub fn run<A: Action>(input: A::Input, outside: Outside<'_>) -> Result<A::Output, Failure> {
    let mut call = Call::new(outside);
    A::run(&input, &mut call).map_err(|error| call.failure(error))
}

/// An entry of `actions::ALL`.
pub struct Entry {
    /// Its specification.
    pub spec: Spec,
    pub(crate) answer: fn(&Arguments<'_>, &mut Call<'_>, &mut Object<'_>) -> Result<(), Error>,
}

/// The entry of an action.
pub(crate) const fn entry<A: Action>() -> Entry {
    Entry { spec: A::SPEC, answer: answer::<A> }
}

/// The part of an invocation that differs between actions.
fn answer<A: Action>(
    arguments: &Arguments<'_>,
    call: &mut Call<'_>,
    json: &mut Object<'_>,
) -> Result<(), Error> {
    A::run(&A::read(arguments), call).map(|output| output.write(A::SPEC.output, json))
}

/// An option to choose, as JSON: its value, already JSON, and its label.
pub(crate) fn option(value: &str, label: &str) -> String {
    filled!(r#"{"value":{},"label":{}}"#, &[value, &quoted(label)])
}
