//! `logout`: removes the login.

use super::Stop;
use super::organization::Target;
use crate::login::store::Store;
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales logout

What was kept is removed from this machine. It is not revoked, since Microsoft has no endpoint for that: a copy of the refresh
token is good until it expires, or until the user or an administrator revokes their sessions (https://mysignins.microsoft.com).";

/// Removes the login.
pub(crate) fn run(target: &Target) -> Result<(), Stop> {
    let profile = target.profile()?;
    let store = Store::of_user(profile.as_deref()).map_err(Stop::Failed)?;
    let removed = store.remove().map_err(Stop::Failed)?;
    if removed {
        terminal::note(
            "logged out: what was kept is removed, but not revoked, for which Microsoft has no endpoint",
        );
    } else {
        terminal::note("nothing to remove: you are not signed in");
    }
    Ok(())
}
