//! How large the component is.

use super::{Bar, Row, Value};
use components::CONNECTOR;

pub(super) fn row() -> Row {
    Row {
        name: "size",
        measure: "the release component, all actions and both faces".to_owned(),
        value: Value::Bytes(CONNECTOR.len()),
        bar: Bar::AtMost(Value::Bytes(160 << 10)),
    }
}
