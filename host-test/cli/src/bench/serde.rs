//! What a native program makes of a page without this core: `serde_json`, the rows kept as they came.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::MeasureError;

/// The answer of Dataverse.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

/// The answer of `plugin.invoke`.
#[derive(Serialize)]
struct Found<'a> {
    success: bool,
    error: Option<&'a str>,
    contacts: Vec<&'a RawValue>,
}

/// What `plugin.invoke` answers to `find_contact`, out of the answer of Dataverse.
pub(super) fn found(body: &[u8]) -> Result<String, MeasureError> {
    // It comes in pieces, which are put together in one place.
    let body = body.to_vec();
    let wrong = |error: serde_json::Error| MeasureError::Wrong(error.to_string());
    let Page { value: contacts } = serde_json::from_slice(&body).map_err(wrong)?;
    serde_json::to_string(&Found { success: true, error: None, contacts }).map_err(wrong)
}
