//! The component's memory for a large page.

use super::page::{self, Answered, FILTER};
use super::{Bar, Effort, MeasureError, Row, Value};
use host_test::actions::FindContactInput;

/// The maximum over both interfaces, and over responses with and without a declared length.
#[expect(clippy::cast_precision_loss, reason = "some megabytes")]
pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let body = page::body(effort.rows())?;
    let mut most = 0;
    for announced in [true, false] {
        let answered = Answered::with(&body, announced)?;
        let (connector, secrets) = (&answered.connector, &answered.secrets);
        let input = serde_json::json!({"filter": FILTER}).to_string();
        let invoked = answered.wait(connector.invoke_measured(secrets, "find_contact", &input))?;
        let input =
            FindContactInput { contact_id: None, name: None, filter: Some(FILTER.to_owned()) };
        let typed = answered.wait(connector.find_contact_measured(secrets, &input))?;
        most = most.max(invoked.peak_memory).max(typed.peak_memory);
    }
    Ok(Row {
        name: "memory",
        measure: "peak linear memory for that page, over the size of the answer's body".to_owned(),
        value: Value::Ratio(most as f64 / body.len() as f64),
        bar: Bar::AtMost(Value::Ratio(2.5)),
    })
}
