//! `bench`: what the component costs, side by side with code that has no sandbox.

use std::env;

use crate::bench::{self, Effort, Machine};
use clap::Args;

use super::Stop;
use crate::terminal;

const EXAMPLES: &str = "\
Examples:
  dynamics365-sales bench
  dynamics365-sales bench --check > table.md

Only a build for release means something: `cargo run --release -- bench`.";

/// The arguments of `bench`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Bench {
    /// Only tries whether every row can be measured
    #[arg(long)]
    quick: bool,
    /// Exits with 1 if a row misses its bar, not only if one cannot be measured
    #[arg(long)]
    check: bool,
}

impl Bench {
    /// Prints the table, a row as soon as it is measured.
    pub(crate) fn run(self) -> Result<(), Stop> {
        let effort = if self.quick { Effort::Quick } else { Effort::Full };
        if cfg!(debug_assertions) {
            terminal::note(
                "built without optimisation: the figures mean nothing (`cargo run --release -- bench`)",
            );
        }
        let program = env::current_exe()
            .map_err(|error| Stop::Failed(format!("the command line is not found: {error}")))?;
        terminal::answer(Machine::this());
        terminal::answer("\n| row | measure | value | bar | reached |\n|---|---|---|---|---|");
        let mut missed = Vec::new();
        for row in bench::rows(&program, effort) {
            let row = row.map_err(|error| Stop::Failed(error.to_string()))?;
            terminal::answer(&row);
            if !row.is_reached() {
                missed.push(row.name);
            }
        }
        if self.check && !missed.is_empty() {
            return Err(Stop::Failed(format!(
                "these do not reach their bar: {}",
                missed.join(", ")
            )));
        }
        Ok(())
    }
}
