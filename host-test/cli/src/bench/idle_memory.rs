//! The memory of an instance before its call.

use super::{Bar, MeasureError, Row, Value};
use host_test::{Connector, Settings};

pub(super) fn row() -> Result<Row, MeasureError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let connector = Connector::new(Settings::default())?;
    Ok(Row {
        name: "idle memory",
        measure: "linear memory of a fresh instance".to_owned(),
        value: Value::Bytes(runtime.block_on(connector.idle_memory())?),
        bar: Bar::AtMost(Value::Bytes(192 << 10)),
    })
}
