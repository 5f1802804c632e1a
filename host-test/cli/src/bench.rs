//! The cost of the component compared with code without a sandbox: the rows of the measured table.
//!
//! `cargo run --release -- bench` prints them; `cargo bench` measures the times in detail. Every
//! figure is a count, or a ratio of two things measured in turn, because absolute times depend more
//! on the machine than on the code.

mod client;
mod compare;
mod compression;
mod growth;
mod host_memory;
mod idle_memory;
mod large_page;
mod link;
mod listening;
mod loopback;
mod machine;
mod many;
mod memory;
mod native;
mod page;
mod pages;
mod parallel;
pub mod peers;
pub mod picture;
mod process;
mod program;
pub mod record;

mod row;
pub mod scale;
mod serde;
mod served;
mod sign_in;
mod size;
mod small_call;
mod socket;
mod sonic;
mod start;

use std::path::Path;

pub use client::{Client, Measured};
pub use large_page::LargePage;
pub use machine::Machine;
pub use parallel::Parallel;
pub use row::{Bar, Row, Value};
pub use small_call::SmallCall;
pub use start::Start;

/// The reason why a row could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A call was stopped, or the component trapped.
    #[error(transparent)]
    Call(#[from] host_test::Error),
    /// A socket, a runtime or a process could not be created.
    #[error("the machine does not give what is needed: {0}")]
    Machine(#[from] std::io::Error),
    /// A loopback request got no response.
    #[error("the loopback request failed: {0}")]
    Loopback(#[from] hyper::Error),
    /// The measured operation failed.
    #[error("nothing to measure: {0}")]
    Wrong(String),
}

/// The effort of a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// The effort for the published table: some minutes.
    Full,
    /// Only checks that every row can be measured; the figures are meaningless.
    Quick,
}

impl Effort {
    /// The number of rounds for long and for short operations.
    fn rounds(self, full: usize) -> usize {
        match self {
            Effort::Full => full,
            Effort::Quick => 1,
        }
    }

    /// Rows of a large page.
    fn rows(self) -> usize {
        match self {
            Effort::Full => 5_000,
            Effort::Quick => 50,
        }
    }
}

/// Rows of the table that are measured together.
struct Group {
    names: &'static [&'static str],
    measure: fn(&Path, Effort) -> Result<Vec<Row>, MeasureError>,
}

/// The rows in the order of the table.
const GROUPS: [Group; 11] = [
    Group { names: &["small call"], measure: |_, effort| Ok(vec![small_call::row(effort)?]) },
    Group { names: &["large page"], measure: |_, effort| large_page::rows(effort) },
    Group { names: &["growth"], measure: |_, effort| Ok(vec![growth::row(effort)?]) },
    Group { names: &["growth in pages"], measure: |_, effort| Ok(vec![pages::row(effort)?]) },
    Group { names: &["compression"], measure: |_, effort| Ok(vec![compression::row(effort)?]) },
    Group {
        names: &["memory", "idle memory", "connections", "sign-in"],
        measure: |_, effort| counts(effort),
    },
    Group { names: &["host memory"], measure: host_memory::rows },
    Group { names: &["parallel"], measure: |_, effort| Ok(vec![parallel::row(effort)?]) },
    Group { names: &["many at once"], measure: many::rows },
    Group { names: &["size"], measure: |_, _| Ok(vec![size::row()?]) },
    Group { names: &["start"], measure: |program, effort| Ok(vec![start::row(program, effort)?]) },
];

/// The names of the rows.
pub fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|group| group.names).copied()
}

/// Measures all rows, one after the other, or only those of one name; `program` is the built
/// command line, whose processes are measured.
pub fn rows<'a>(
    program: &'a Path,
    effort: Effort,
    only: Option<&'a str>,
) -> impl Iterator<Item = Result<Row, MeasureError>> + 'a {
    let is_wanted = move |name: &str| only.is_none_or(|only| only == name);
    let groups = GROUPS.iter().filter(move |group| group.names.iter().any(|name| is_wanted(name)));
    let rows = groups.flat_map(move |group| match (group.measure)(program, effort) {
        Ok(rows) => rows.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    });
    rows.filter(move |row| row.as_ref().map_or(true, |row| is_wanted(row.name)))
}

/// Measures the rows that are not times: they are the same on every machine.
///
/// # Errors
///
/// Fails with [`MeasureError`] if one cannot be measured.
pub fn counts(effort: Effort) -> Result<Vec<Row>, MeasureError> {
    Ok(vec![memory::row(effort)?, idle_memory::row()?, socket::row(effort)?, sign_in::row(effort)?])
}
