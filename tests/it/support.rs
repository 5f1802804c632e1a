//! What several scenarios share: rows of the organization by what matters of them.

use dataverse_sim::Fault;
use host_test::Harness;
use proptest::test_runner::{Config, RngSeed};
use serde_json::{Map, Value};

/// Puts a row into a table, with these columns, and gives its id.
pub(crate) fn insert(host: &Harness, table: &str, columns: Value) -> String {
    let Value::Object(columns) = columns else { panic!("columns are an object: {columns}") };
    let columns: Map<String, Value> = columns;
    host.sim().world.insert(table, columns).unwrap().to_string()
}

/// How many rows a table has.
pub(crate) fn count(host: &Harness, table: &str) -> usize {
    host.sim().world.count(table)
}

/// What stands in a column of a row; null when it is empty or there is no such row.
pub(crate) fn stored(host: &Harness, table: &str, id: &str, column: &str) -> Value {
    let sim = host.sim();
    let row = sim.world.rows(table).find(|row| row.id().to_string() == id);
    row.map_or(Value::Null, |row| row.get(column).to_json())
}

/// So many cases of a property, the same each time: a test is not to fail by chance.
pub(crate) fn cases(cases: u32) -> Config {
    let rng_seed = RngSeed::Fixed(1);
    Config { cases, rng_seed, failure_persistence: None, ..Config::default() }
}

/// An answer with this status, these headers and this body, verbatim; nothing is applied.
pub(crate) fn answering(status: u16, headers: &[(&'static str, &str)], body: &str) -> Fault {
    let mut fault = Fault::answer(status, body.to_owned());
    if let Fault::Answer(answer) = &mut fault {
        for (name, value) in headers {
            answer.headers_mut().insert(*name, value.parse().unwrap());
        }
    }
    fault
}
