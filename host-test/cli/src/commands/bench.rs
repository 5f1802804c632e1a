//! `bench`: what the component costs, side by side with code that has no sandbox.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::{self, Effort, Machine, scale as scales};
use clap::Args;

use super::Stop;
use crate::terminal;

const EXAMPLES: &str = "\
Examples:
  dynamics365-sales bench
  dynamics365-sales bench --check > table.md
  dynamics365-sales bench --svg measured.svg
  dynamics365-sales bench --scale --plot scale.svg

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
    /// Shows instead, in simulated time, what many hosts get done that share the limits of one user
    #[arg(long, conflicts_with_all = ["quick", "check"])]
    scale: bool,
    /// Writes what `--scale` shows as a picture too
    #[arg(long, value_name = "FILE", requires = "scale")]
    plot: Option<PathBuf>,
    /// Draws the rows that have a limit as bars into this file
    #[arg(long, value_name = "FILE", conflicts_with = "scale")]
    svg: Option<PathBuf>,
    /// Draws the table in this file, and measures nothing
    #[arg(long, value_name = "FILE.md", requires = "svg")]
    table: Option<PathBuf>,
}

impl Bench {
    /// Prints the table, a row as soon as it is measured.
    pub(crate) fn run(self) -> Result<(), Stop> {
        if self.scale {
            return scale(self.plot.as_deref());
        }
        if let (Some(svg), Some(table)) = (&self.svg, &self.table) {
            let text = fs::read_to_string(table).map_err(|error| {
                Stop::Failed(format!("`{}` cannot be read: {error}", table.display()))
            })?;
            return draw(svg, &text);
        }
        let effort = if self.quick { Effort::Quick } else { Effort::Full };
        if cfg!(debug_assertions) {
            terminal::note(
                "built without optimisation: the figures mean nothing (`cargo run --release -- bench`)",
            );
        }
        let program = env::current_exe()
            .map_err(|error| Stop::Failed(format!("the command line is not found: {error}")))?;
        terminal::answer(Machine::this())?;
        terminal::answer("\n| row | measure | value | bar | reached |\n|---|---|---|---|---|")?;
        let mut missed = Vec::new();
        let mut table = String::new();
        for row in bench::rows(&program, effort) {
            let row = row.map_err(|error| Stop::Failed(error.to_string()))?;
            terminal::answer(&row)?;
            table.push_str(&format!(
                "{row}
"
            ));
            if !row.is_reached() {
                missed.push(row.name);
            }
        }
        if let Some(svg) = &self.svg {
            draw(svg, &table)?;
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

/// Draws a table as bars.
fn draw(path: &Path, table: &str) -> Result<(), Stop> {
    fs::write(path, bench::picture::draw(table))
        .map_err(|error| Stop::Failed(format!("`{}` cannot be written: {error}", path.display())))
}

/// What fleets get done, as the table of `docs/scale.md`.
fn scale(plot: Option<&Path>) -> Result<(), Stop> {
    terminal::answer(
        "| 4 hosts | calls a minute | fairness | median | 95 of 100 | longest pause | requests | refused | calls that failed |\n\
         |---|---|---|---|---|---|---|---|---|",
    )?;
    let mut outcomes = Vec::new();
    for fleet in scales::FLEETS {
        let outcome =
            scales::run(fleet, scales::SPAN).map_err(|error| Stop::Failed(error.to_string()))?;
        terminal::answer(format_args!(
            "| {} | {:.0} | {:.2} | {} ms | {} ms | {} s | {} | {} | {} |",
            fleet.name,
            outcome.goodput(),
            outcome.fairness(),
            outcome.quantile(50),
            outcome.quantile(95),
            outcome.longest_gap().as_secs(),
            outcome.requests,
            outcome.refused,
            outcome.failed,
        ))?;
        outcomes.push((fleet, outcome));
    }
    let Some(file) = plot else { return Ok(()) };
    fs::write(file, scales::plot(&outcomes))
        .map_err(|error| Stop::Failed(format!("`{}` cannot be written: {error}", file.display())))
}
