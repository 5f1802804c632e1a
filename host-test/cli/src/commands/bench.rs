//! `bench`: the cost of the component compared with code without a sandbox.

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
  dynamics365-sales bench --row 'small call'
  dynamics365-sales bench --svg measured.svg
  dynamics365-sales bench --peers --record docs/measured.md --record README.md
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
    /// Measures only the rows of this name
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(bench::names()))]
    row: Option<String>,
    /// Also measures the Python and Node clients that `.ci/install-hosts` installs
    #[arg(long)]
    peers: bool,
    /// Also writes the tables into this page, between the marks in it, and draws `measured.svg`
    /// beside a page with the table of all rows; repeatable
    #[arg(long, value_name = "FILE.md", conflicts_with = "row")]
    record: Vec<PathBuf>,
    /// Shows instead, in simulated time, what many hosts get done that share the limits of one user
    #[arg(long, conflicts_with_all = ["quick", "check", "row", "peers", "record"])]
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
    /// Makes these calls and prints their cost, in a separate process for each measurement
    #[arg(long, value_name = "JSON", hide = true)]
    client: Option<String>,
}

impl Bench {
    /// Prints the table, a row as soon as it is measured.
    pub(crate) fn run(self) -> Result<(), Stop> {
        if let Some(client) = &self.client {
            return run_client(client);
        }
        if self.scale {
            return scale(self.plot.as_deref());
        }
        if let (Some(svg), Some(table)) = (&self.svg, &self.table) {
            return draw(svg, &read(table)?);
        }
        self.record.iter().try_for_each(|page| has_place(page, self.peers))?;
        let effort = if self.quick { Effort::Quick } else { Effort::Full };
        if cfg!(debug_assertions) {
            terminal::note(
                "built without optimisation: the figures mean nothing (`cargo run --release -- bench`)",
            );
        }
        let program = env::current_exe()
            .map_err(|error| Stop::Failed(format!("the command line is not found: {error}")))?;
        let mut told = Told::default();
        told.says(format!("{}\n\n{HEAD}", Machine::this()))?;
        for row in bench::rows(&program, effort, self.row.as_deref()) {
            told.row(&row.map_err(failed)?)?;
        }
        let beside = self.peers.then(|| bench::peers::beside(&program, effort)).transpose();
        let beside = beside.map_err(failed)?;
        if let Some(beside) = &beside {
            beside.rows.iter().try_for_each(|row| told.row(row))?;
            terminal::answer(format_args!("\n{}", beside.table))?;
        }
        if let Some(svg) = &self.svg {
            draw(svg, &told.text)?;
        }
        for page in &self.record {
            record(page, &told.text, beside.as_ref().map(|beside| beside.table.as_str()))?;
        }
        if self.check && !told.missed.is_empty() {
            return Err(Stop::Failed(format!(
                "these do not reach their bar: {}",
                told.missed.join(", ")
            )));
        }
        Ok(())
    }
}

const HEAD: &str = "| row | measure | value | bar | reached |\n|---|---|---|---|---|";

/// The printed output.
#[derive(Default)]
struct Told {
    text: String,
    missed: Vec<&'static str>,
}

impl Told {
    fn says(&mut self, text: String) -> Result<(), Stop> {
        terminal::answer(&text)?;
        self.text.push_str(&text);
        self.text.push('\n');
        Ok(())
    }

    fn row(&mut self, row: &bench::Row) -> Result<(), Stop> {
        if !row.is_reached() {
            self.missed.push(row.name);
        }
        self.says(row.to_string())
    }
}

fn failed(error: bench::MeasureError) -> Stop {
    Stop::Failed(error.to_string())
}

fn run_client(client: &str) -> Result<(), Stop> {
    let client: bench::Client = serde_json::from_str(client)
        .map_err(|error| Stop::Usage(format!("`--client` is not understood: {error}")))?;
    let measured = serde_json::to_string(&client.run().map_err(failed)?);
    Ok(terminal::answer(measured.map_err(|error| Stop::Failed(error.to_string()))?)?)
}

fn read(page: &Path) -> Result<String, Stop> {
    fs::read_to_string(page)
        .map_err(|error| Stop::Failed(format!("`{}` cannot be read: {error}", page.display())))
}

/// Fails unless a page has a place for one of the tables.
fn has_place(path: &Path, peers: bool) -> Result<(), Stop> {
    let page = read(path)?;
    let has = |name| bench::record::replaced(&page, name, "").is_some();
    if has("rows") || peers && has("beside") {
        return Ok(());
    }
    Err(Stop::Failed(format!(
        "`{}` has no place for a table (expected `<!-- rows -->` and `<!-- /rows -->`, or with --peers \
         `<!-- beside -->` and `<!-- /beside -->`)",
        path.display()
    )))
}

/// Writes the tables into a page of the documentation, each where the page has its marks, and draws
/// the rows.
fn record(path: &Path, rows: &str, beside: Option<&str>) -> Result<(), Stop> {
    let mut page = read(path)?;
    for (name, table) in [("beside", beside), ("rows", Some(rows))] {
        let Some(new) = table.and_then(|table| bench::record::replaced(&page, name, table)) else {
            continue;
        };
        page = new;
        if name == "rows" {
            draw(&path.with_file_name("measured.svg"), &page)?;
        }
    }
    fs::write(path, &page)
        .map_err(|error| Stop::Failed(format!("`{}` cannot be written: {error}", path.display())))
}

/// Draws a table as bars.
fn draw(path: &Path, table: &str) -> Result<(), Stop> {
    fs::write(path, bench::picture::draw(table))
        .map_err(|error| Stop::Failed(format!("`{}` cannot be written: {error}", path.display())))
}

/// The results of fleets, as the table of `docs/scale.md`.
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
