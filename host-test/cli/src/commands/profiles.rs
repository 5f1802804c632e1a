//! `profiles`: lists the organizations with a login.

use super::Stop;
use crate::login::store::{DEFAULT, Store};
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales login --profile test --instance-url org54321.crm.dynamics.com --client-id ID
  dynamics365-sales profiles
  dynamics365-sales check --profile test";

/// Prints each profile with its organization.
pub(crate) fn run() -> Result<(), Stop> {
    let names = Store::profiles();
    for name in &names {
        let profile = Some(name.as_str()).filter(|name| *name != DEFAULT);
        let store = Store::of_user(profile).map_err(Stop::Failed)?;
        let organization = match store.load() {
            Ok(Some(login)) => login.instance_url,
            Ok(None) => continue,
            Err(error) => error,
        };
        terminal::answer(format_args!("{name}  {organization}"))?;
    }
    if names.is_empty() {
        terminal::note("no profiles (`login` creates one)");
    }
    Ok(())
}
