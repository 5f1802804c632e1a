//! The number of sign-ins.

use dataverse_sim::Seed;
use serde_json::json;

use super::{Bar, Effort, MeasureError, Row, Value};
use host_test::Harness;

pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let host = Harness::new().sign_in_with_client_credentials();
    let calls = effort.rounds(200);
    let input = json!({"account_id": Seed::account(0).to_string()}).to_string();
    for _ in 0..calls {
        host.try_invoke("get_account", &input)?;
    }
    let journal =
        host.sim().journal().iter().filter(|entry| entry.path.ends_with("/token")).count();
    Ok(Row {
        name: "sign-in",
        measure: format!(
            "token requests for {calls} calls with client credentials, each in a fresh instance"
        ),
        value: Value::Count(journal),
        bar: Bar::AtMost(Value::Count(1)),
    })
}
