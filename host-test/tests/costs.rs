//! What a call costs does not get worse: memory, connections, sign-ins. Times are no test's business: `bench` has those.

use host_test::bench::{Effort, counts};

#[test]
fn every_count_reaches_its_bar() -> Result<(), Box<dyn std::error::Error>> {
    for row in counts(Effort::Full)? {
        assert!(row.is_reached(), "{row}");
    }
    Ok(())
}
