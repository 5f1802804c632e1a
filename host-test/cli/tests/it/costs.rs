//! What a call costs does not get worse: memory, connections, sign-ins. Times are no test's business: `bench` has those.

use dataverse_sim::Seed;
use dynamics365_sales_cli::bench::{Effort, counts};
use host_test::Harness;

#[test]
fn every_count_reaches_its_bar() -> Result<(), Box<dyn std::error::Error>> {
    for row in counts(Effort::Full)? {
        assert!(row.is_reached(), "{row}");
    }
    Ok(())
}

/// The two pages of memory that an instance begins with.
const BEGINNING: usize = 128 * 1024;

#[test]
fn a_small_answer_makes_no_memory_grow() -> Result<(), Box<dyn std::error::Error>> {
    let harness = Harness::new();
    let input = format!(r#"{{"account_id":"{}"}}"#, Seed::account(0));
    let called = harness.try_invoke("get_account", &input)?;
    assert!(called.value.starts_with(r#"{"success":true"#), "{}", called.value);
    assert_eq!(called.peak_memory, BEGINNING);
    Ok(())
}
