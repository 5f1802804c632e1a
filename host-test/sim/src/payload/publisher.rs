//! The rule for publishers: the customization prefix.

use super::Payload;
use crate::cell::Cell;
use crate::problem::Problem;
use crate::schema::Table;

/// A prefix has 2 to 8 alphanumeric characters, starts with a letter and not with `mscrm`.
/// Evidence: live.
pub(super) fn check_prefix(table: &Table, payload: &Payload) -> Result<(), Problem> {
    if table.logical_name != "publisher" {
        return Ok(());
    }
    let Some(prefix) = payload.get("customizationprefix").and_then(Cell::text) else {
        return Ok(());
    };
    let fits = (2..=8).contains(&prefix.len())
        && prefix.starts_with(|c: char| c.is_ascii_alphabetic())
        && prefix.chars().all(|c| c.is_ascii_alphanumeric())
        && !prefix.to_ascii_lowercase().starts_with("mscrm");
    if fits { Ok(()) } else { Err(Problem::invalid_customization_prefix(prefix)) }
}
