//! A native program without this core: `serde_json`, with the rows unchanged.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::MeasureError;

/// The answer of Dataverse.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

/// The output of `plugin.invoke`.
#[derive(Serialize)]
struct Found<'a> {
    success: bool,
    error: Option<&'a str>,
    contacts: Vec<&'a RawValue>,
}

/// The output of `plugin.invoke` for `find_contact`, from Dataverse's response.
pub(super) fn found(body: &[u8]) -> Result<String, MeasureError> {
    // It arrives in pieces, which are collected in one buffer.
    let body = body.to_vec();
    let wrong = |error: serde_json::Error| MeasureError::Wrong(error.to_string());
    let Page { value: contacts } = serde_json::from_slice(&body).map_err(wrong)?;
    serde_json::to_string(&Found { success: true, error: None, contacts }).map_err(wrong)
}
