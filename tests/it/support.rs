//! Helpers for several scenarios: rows of the organization with only the relevant columns.

use std::fs;
use std::path::{Path, PathBuf};

use dataverse_sim::Fault;
use host_test::Harness;
use proptest::test_runner::{Config, RngSeed};
use serde_json::{Map, Value};

/// Inserts a row with these columns into a table and returns its id.
pub(crate) fn insert(host: &Harness, table: &str, columns: Value) -> String {
    let Value::Object(columns) = columns else { panic!("columns are an object: {columns}") };
    let columns: Map<String, Value> = columns;
    host.sim().world.insert(table, columns).unwrap().to_string()
}

/// The number of rows in a table.
pub(crate) fn count(host: &Harness, table: &str) -> usize {
    host.sim().world.count(table)
}

/// The value of a row's column; null if it is empty or the row does not exist.
pub(crate) fn stored(host: &Harness, table: &str, id: &str, column: &str) -> Value {
    let sim = host.sim();
    let row = sim.world.rows(table).find(|row| row.id().to_string() == id);
    row.map_or(Value::Null, |row| row.get(column).to_json())
}

/// This many cases of a property, the same each time, so that no test fails by chance.
pub(crate) fn cases(cases: u32) -> Config {
    let rng_seed = RngSeed::Fixed(1);
    Config { cases, rng_seed, failure_persistence: None, ..Config::default() }
}

/// A verbatim response with this status, these headers and this body; nothing is applied.
pub(crate) fn answering(status: u16, headers: &[(&'static str, &str)], body: &str) -> Fault {
    let mut fault = Fault::answer(status, body.to_owned());
    if let Fault::Answer(answer) = &mut fault {
        for (name, value) in headers {
            answer.headers_mut().insert(*name, value.parse().unwrap());
        }
    }
    fault
}

/// Directories of the repository without our own text.
const SKIPPED: [&str; 5] = [".git", "deps", "node_modules", "target", "venv"];

/// Every file of the repository with one of these extensions, sorted.
pub(crate) fn repository_files(extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                if !SKIPPED.contains(&&*name) {
                    directories.push(path);
                }
            } else if name.rsplit_once('.').is_some_and(|(_, end)| extensions.contains(&end)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
