//! The cost of a call does not grow: memory, connections, sign-ins. Tests do not measure times;
//! `bench` does.

use dataverse_sim::Seed;
use dynamics365_sales_cli::bench::{Effort, counts};
use host_test::Harness;

#[test]
fn every_count_is_within_its_limit() -> Result<(), Box<dyn std::error::Error>> {
    for row in counts(Effort::Full)? {
        assert!(row.is_reached(), "{row}");
    }
    Ok(())
}

/// The two memory pages of a new instance.
const BEGINNING: usize = 128 * 1024;

#[test]
fn a_small_response_does_not_grow_memory() -> Result<(), Box<dyn std::error::Error>> {
    let harness = Harness::new();
    let input = format!(r#"{{"account_id":"{}"}}"#, Seed::account(0));
    let called = harness.try_invoke("get_account", &input)?;
    assert!(called.value.starts_with(r#"{"success":true"#), "{}", called.value);
    assert_eq!(called.peak_memory, BEGINNING);
    Ok(())
}
