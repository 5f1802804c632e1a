//! Which organization a command talks to: the one that the environment names, or that of the login, or a simulated one.

use std::env::{self, VarError};

use dataverse_sim::{Clock, Dataverse, World};
use host_test::{Backend, Connector, InProcess, Organization, SECRET_NAMES, Secrets, Settings};

use super::Stop;
use super::settings::settings;
use crate::login::Login;
use crate::login::store::Store;
use crate::terminal;

/// The organization that the embedded simulator is.
const SIMULATED: &str = "org12345.crm.dynamics.com";

/// Any one of these signs in, together with settings that are not secret.
const CREDENTIALS: [&str; 3] = ["access_token", "refresh_token", "client_secret"];

/// The component with what it needs to reach the organization.
pub(crate) fn connect() -> Result<(Connector, Secrets), Stop> {
    let told = from_environment()?;
    let instance = told.get("instance_url");
    if let Some(instance) = &instance
        && CREDENTIALS.iter().any(|name| told.get(name).is_some())
    {
        says(format_args!("{instance} (named by the environment)"));
        return Ok((Connector::new(settings())?, told));
    }
    let store = Store::of_user();
    let login = store.as_ref().map_or(Ok(None), Store::load).map_err(Stop::Failed)?;
    if let (Some(store), Some(login)) = (store, login) {
        // A login is for its own organization only.
        if instance.as_deref().is_none_or(|instance| is_same(instance, &login.instance_url)) {
            says(format_args!("{} (by `login`)", login.instance_url));
            return Ok((Connector::new(settings())?, of_login(store, login, &told)));
        }
    }
    if instance.is_some() {
        return Ok((Connector::new(settings())?, told));
    }
    simulated()
}

/// Says on stderr which organization it is.
fn says(which: std::fmt::Arguments) {
    terminal::note(terminal::quiet(format_args!(
        "organization: {}",
        terminal::plain(&which.to_string())
    )));
}

fn simulated() -> Result<(Connector, Secrets), Stop> {
    let mut world = World::default();
    world.clock = Clock::System;
    let mut dataverse = Dataverse::new(world);
    let secrets = Secrets::new().with("instance_url", SIMULATED);
    secrets.put("access_token", &dataverse.issue_token());
    terminal::note(terminal::quiet(
        "against the embedded simulator, which starts afresh each time (no DYNAMICS365_INSTANCE_URL, no `login`)",
    ));
    let backend = Backend::InProcess(InProcess::new(dataverse));
    Ok((Connector::new(Settings { backend, ..settings() })?, secrets))
}

fn is_same(instance: &str, kept: &str) -> bool {
    Organization::parse(instance, None).is_ok_and(|organization| organization.url == kept)
}

/// The secrets of a login. Fresh tokens go back to where it is kept; that this fails is said, and no reason to stop.
fn of_login(store: Store, login: Login, told: &Secrets) -> Secrets {
    let secrets = login.secrets();
    // A setting, which a login has nothing to do with.
    if let Some(column) = told.get("appointment_category_column") {
        secrets.put("appointment_category_column", &column);
    }
    secrets.keep_with(move |name, value| {
        if let Err(error) = store.renew(&login, name, value) {
            terminal::note(format_args!("a fresh token is not kept: {error}"));
        }
    });
    secrets
}

/// The secrets that the environment has; they are kept for this process only.
#[expect(clippy::disallowed_methods, reason = "the command line's settings are in the environment")]
fn from_environment() -> Result<Secrets, Stop> {
    let secrets = Secrets::new();
    for name in SECRET_NAMES {
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
