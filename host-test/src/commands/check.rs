//! `check`: whether the organization is reached and the credentials are taken.

use serde_json::json;

use super::{Stop, organization};
use crate::terminal;

/// Prints who the connector is in the organization.
pub(crate) async fn run() -> Result<(), Stop> {
    let (connector, secrets) = organization::connect()?;
    let connection = connector
        .check_connection(&secrets)
        .await?
        .map_err(|failure| Stop::Failed(failure.message))?;
    let shown = json!({
        "user_id": connection.user_id,
        "business_unit_id": connection.business_unit_id,
        "organization_id": connection.organization_id,
    });
    terminal::answer(format_args!("{shown:#}"));
    Ok(())
}
