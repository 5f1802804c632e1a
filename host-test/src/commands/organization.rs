//! Which organization a command talks to: the one that the environment names, or a simulated one.

use std::env::{self, VarError};

use dataverse_sim::{Clock, Dataverse, World};
use host_test::{Backend, Connector, InProcess, NAMES, Secrets, Settings};

use super::Stop;
use super::settings::settings;
use crate::terminal;

/// The organization that the embedded simulator is.
const SIMULATED: &str = "org12345.crm.dynamics.com";

/// The component with what it needs to reach the organization.
pub(crate) fn connect() -> Result<(Connector, Secrets), Stop> {
    let secrets = from_environment()?;
    if secrets.get("instance_url").is_some() {
        return Ok((Connector::new(settings())?, secrets));
    }
    let mut world = World::default();
    world.clock = Clock::System;
    let mut dataverse = Dataverse::new(world);
    let secrets = Secrets::new().with("instance_url", SIMULATED);
    secrets.put("access_token", &dataverse.issue_token());
    terminal::note(terminal::quiet(
        "against the embedded simulator, which starts afresh each time (DYNAMICS365_INSTANCE_URL is not set)",
    ));
    let backend = Backend::InProcess(InProcess::new(dataverse));
    Ok((Connector::new(Settings { backend, ..settings() })?, secrets))
}

/// The secrets that the environment has; they are kept for this process only.
#[expect(clippy::disallowed_methods, reason = "the command line's settings are in the environment")]
fn from_environment() -> Result<Secrets, Stop> {
    let secrets = Secrets::new();
    for name in NAMES {
        let variable = format!("DYNAMICS365_{}", name.to_ascii_uppercase());
        match env::var(&variable) {
            Ok(value) if value.trim().is_empty() => {}
            Ok(value) => secrets.put(name, &value),
            Err(VarError::NotPresent) => {}
            Err(VarError::NotUnicode(_)) => {
                return Err(Stop::Usage(format!("`{variable}` is not UTF-8")));
            }
        }
    }
    Ok(secrets)
}
