//! The plan of a verification, shown before it starts.

use std::fmt::Write as _;

use crate::assumption::{Level, Service};
use crate::journal::Journal;
use crate::organization::Organization;
use crate::run::Asked;

/// The plan of a verification, in a few lines.
pub fn plan(asked: &Asked, organization: &Organization, journal: &Journal) -> String {
    let tried: Vec<_> =
        asked.assumptions().filter(|assumption| assumption.level <= asked.level).collect();
    let steps = || tried.iter().flat_map(|assumption| &assumption.steps);
    let made = |set: &str| {
        let things = steps().filter_map(|step| step.makes.as_deref());
        things.filter(|thing| thing.starts_with(set)).count()
    };
    let mut out = format!(
        "{} assumptions, about {} requests, one at a time, to {}",
        tried.len(),
        steps().count(),
        organization.origin
    );
    if steps().any(|step| step.of == Service::SignIn) {
        let _ = write!(
            out,
            "\nasks {} a few times for a token with invented names, to see how it refuses",
            organization.sign_in
        );
    }
    if asked.level == Level::Read {
        out += "\nreads only: creates, changes and removes nothing";
        return out;
    }
    let _ = write!(
        out,
        "\ncreates up to {} appointments and {} accounts, each named `{}`, and removes them at the end; invites nobody but you",
        made("appointments"),
        made("accounts"),
        journal.mark()
    );
    if asked.level == Level::Customize {
        out += "\ncreates a table in the solution that you named, and removes it at the end";
    }
    let _ = write!(
        out,
        "\nrecords what it creates in {}; if the run is interrupted, `verify --clean-up` removes the rest",
        journal.path().display()
    );
    out
}
