//! The size of the component.

use super::{Bar, MeasureError, Row, Value};
use crate::compose::Composition;
use crate::origin::Origin;

pub(super) fn row() -> Result<Row, MeasureError> {
    let component = Composition::Connector.build(&Origin::of_this_build());
    let component = component.map_err(|error| MeasureError::Wrong(error.to_string()))?;
    Ok(Row {
        name: "size",
        measure: "the component that `compose connector` writes, all actions and both interfaces"
            .to_owned(),
        value: Value::Bytes(component.len()),
        bar: Bar::AtMost(Value::Bytes(160 << 10)),
    })
}
