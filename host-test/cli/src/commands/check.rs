//! `check`: checks that the organization answers and accepts the credentials.

use serde_json::json;

use super::Stop;
use super::organization::{self, Need, Target};
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales check                                  with the environment's credentials or a login
  dynamics365-sales check --simulator
  DYNAMICS365_INSTANCE_URL=org12345.crm.dynamics.com DYNAMICS365_ACCESS_TOKEN=... dynamics365-sales check

Exit status: 0 when the organization knows who is speaking, 1 when it does not.";

/// Prints the connector's user in the organization.
pub(crate) async fn run(target: &Target) -> Result<(), Stop> {
    let (connector, secrets) = organization::connect(target, Need::Organization).await?;
    let progress = terminal::progress("checking the connection");
    let connection = connector
        .check_connection(&secrets)
        .await?
        .map_err(|failure| Stop::Failed(failure.message))?;
    drop(progress);
    let shown = json!({
        "user_id": connection.user_id,
        "business_unit_id": connection.business_unit_id,
        "organization_id": connection.organization_id,
    });
    terminal::json(&format!("{shown:#}"))?;
    Ok(())
}
