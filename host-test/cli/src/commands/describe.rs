//! `describe`: the manifest.

use host_test::Connector;
use serde_json::Value;

use super::Stop;
use super::settings::settings;
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales describe | jq -r '.actions[].name'
  dynamics365-sales describe | jq '.actions[] | select(.name == \"get_account\").input_schema'";

/// Prints it, indented.
pub(crate) async fn run() -> Result<(), Stop> {
    let manifest = Connector::new(settings())?.describe().await?;
    let tree: Result<Value, _> = serde_json::from_str(&manifest);
    terminal::json(&tree.map_or(manifest, |tree| format!("{tree:#}")))?;
    Ok(())
}
