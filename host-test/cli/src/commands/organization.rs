//! The organization of a command: from the environment, from a login, or simulated.

use clap::Args;
use dataverse_sim::{Clock, Dataverse, World};
use host_test::{Backend, Connector, InProcess, Organization, Pooled, Secrets, Settings};

use super::Stop;
use super::environment::{self, Told, told};
use super::network::network;
use super::settings::settings;
use crate::login::store::Store;
use crate::login::{Login, refresh, turn};
use crate::terminal;

/// The embedded simulator's organization.
const SIMULATED: &str = "org12345.crm.dynamics.com";

// The user's choice of organization. (clap would show a doc comment here as the help of `call`.)
#[derive(Args, Clone, Default)]
pub(crate) struct Target {
    /// Uses the built-in simulator, which starts afresh each time, regardless of the environment
    #[arg(long, global = true)]
    pub(crate) simulator: bool,
    /// Uses the login with this name; by default that of DYNAMICS365_PROFILE
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
}

impl Target {
    /// Combines the options before and after the command's name.
    pub(crate) fn or(&self, other: Target) -> Target {
        Target {
            simulator: self.simulator || other.simulator,
            profile: other.profile.or_else(|| self.profile.clone()),
        }
    }

    /// The profile named on the command line or in the environment.
    ///
    /// # Errors
    ///
    /// Fails like [`environment::profile`].
    pub(crate) fn profile(&self) -> Result<Option<String>, Stop> {
        match &self.profile {
            Some(profile) => Ok(Some(profile.clone())),
            None => environment::profile(),
        }
    }
}

/// A command's need for an organization.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It only reads: without any settings it uses the simulator.
    Rows,
    /// It reports on an organization or changes it: it uses the simulator only on request.
    Organization,
}

/// The component with an organization's secrets.
///
/// # Errors
///
/// Fails with [`Stop`] if the settings name no organization, are not enough to sign in, or include
/// an unknown name.
pub(crate) async fn connect(target: &Target, need: Need) -> Result<(Connector, Secrets), Stop> {
    connect_with(target, need, settings()).await
}

/// The same, with these settings; where requests go is not one of them.
///
/// # Errors
///
/// Fails like [`connect`].
pub(crate) async fn connect_with(
    target: &Target,
    need: Need,
    settings: Settings,
) -> Result<(Connector, Secrets), Stop> {
    if target.simulator {
        return simulated("which starts afresh each time", settings);
    }
    if let Some(secrets) = named(target).await? {
        let backend = Backend::Pooled(Pooled::over(&network()?));
        return Ok((Connector::new(Settings { backend, ..settings })?, secrets));
    }
    match need {
        Need::Rows => simulated(
            "which starts afresh each time (no DYNAMICS365_INSTANCE_URL, no `login`; use --simulator to choose it explicitly)",
            settings,
        ),
        Need::Organization => Err(Stop::Failed(
            "no organization: set DYNAMICS365_INSTANCE_URL and credentials, sign in with `dynamics365-sales login`, or pass \
             --simulator to use the built-in simulator"
                .to_owned(),
        )),
    }
}

/// Whether the organization may be on another machine, judged by the environment alone.
pub(crate) fn may_be_far(target: &Target) -> bool {
    let instance = told().ok().and_then(|told| told.instance());
    let near = instance.and_then(|instance| Organization::parse(&instance, None).ok());
    !target.simulator && near.is_none_or(|organization| !organization.url.starts_with("http:"))
}

/// A real organization, with a valid token.
///
/// # Errors
///
/// Fails like [`connect`], or if the organization cannot be reached or rejects the credentials.
pub(crate) async fn reached(target: &Target) -> Result<dataverse_verify::Organization, Stop> {
    let (connector, secrets) = connect(target, Need::Organization).await?;
    // The component signs in and keeps the token.
    let checked = connector.check_connection(&secrets).await?;
    checked.map_err(|failure| Stop::Failed(failure.message))?;
    let token = secrets.get("access_token").unwrap_or_default();
    let instance = secrets.get("instance_url").unwrap_or_default();
    let authority = secrets.get("authority").filter(|authority| !authority.trim().is_empty());
    let Organization { url, sign_in } =
        Organization::parse(&instance, authority.as_deref()).map_err(Stop::Failed)?;
    Ok(dataverse_verify::Organization { origin: url, sign_in, token })
}

/// The secrets for the organization of the profile, of the environment or of the login; `None` if
/// none of them names one.
///
/// # Errors
///
/// Fails like [`connect`].
pub(crate) async fn named(target: &Target) -> Result<Option<Secrets>, Stop> {
    let told = told()?;
    let instance = told.instance();
    if let Some(name) = &target.profile()? {
        return of_profile(name, &told).await.map(Some);
    }
    if told.has_credentials() {
        if let Some(missing) = told.missing() {
            return Err(Stop::Failed(told.cannot_sign_in(&missing)));
        }
        says(format_args!("{} (named by the environment)", instance.unwrap_or_default()));
        return Ok(Some(told.secrets));
    }
    // A user without a home directory has no login.
    let store = Store::of_user(None).ok();
    let login = store.as_ref().map_or(Ok(None), Store::load).map_err(Stop::Failed)?;
    if let (Some(store), Some(login)) = (store, login) {
        // A login is only for its own organization.
        if instance.as_deref().is_none_or(|instance| is_same(instance, &login.instance_url)) {
            says(format_args!("{} (by `login`)", login.instance_url));
            let login = refresh::fresh(&store, login, &network()?).await;
            return Ok(Some(of_login(store, login, &told)));
        }
    }
    if told.is_any() {
        let missing = told.missing().unwrap_or_default();
        return Err(Stop::Failed(told.cannot_sign_in(&missing)));
    }
    Ok(None)
}

/// The organization of a profile. A named profile rules out any other organization.
async fn of_profile(name: &str, told: &Told) -> Result<Secrets, Stop> {
    let store = Store::of_user(Some(name)).map_err(Stop::Failed)?;
    let Some(login) = store.load().map_err(Stop::Failed)? else {
        let known = Store::profiles();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Stop::Failed(format!(
            "no login in the profile `{name}` (known: {known}); `dynamics365-sales login --profile {name}` signs in"
        )));
    };
    if let Some(instance) =
        told.instance().filter(|instance| !is_same(instance, &login.instance_url))
    {
        return Err(Stop::Failed(format!(
            "the profile `{name}` is for {}, but DYNAMICS365_INSTANCE_URL names {instance}: unset the variable or use another profile",
            login.instance_url
        )));
    }
    says(format_args!("{} (by the profile `{name}`)", login.instance_url));
    let login = refresh::fresh(&store, login, &network()?).await;
    Ok(of_login(store, login, told))
}

/// Prints the organization to stderr.
fn says(which: std::fmt::Arguments) {
    terminal::note(terminal::quiet(format_args!("organization: {which}")));
}

fn simulated(remark: &str, settings: Settings) -> Result<(Connector, Secrets), Stop> {
    let mut world = World::default();
    world.clock = Clock::System;
    let mut dataverse = Dataverse::new(world);
    let secrets = Secrets::new().with("instance_url", SIMULATED);
    secrets.put("access_token", &dataverse.issue_token());
    says(format_args!("the built-in simulator, {remark}"));
    let backend = Backend::InProcess(InProcess::new(dataverse));
    Ok((Connector::new(Settings { backend, ..settings })?, secrets))
}

fn is_same(instance: &str, kept: &str) -> bool {
    Organization::parse(instance, None).is_ok_and(|organization| organization.url == kept)
}

/// The secrets of a login. The login itself gets fresh tokens and stores them.
fn of_login(store: Store, login: Login, told: &Told) -> Secrets {
    let secrets = login.secrets();
    // A setting that is independent of the login.
    if let Some(column) = told.secrets.get("appointment_category_column") {
        secrets.put("appointment_category_column", &column);
    }
    secrets.ask_in_turn(move |form, token| turn::turn(&store, &login, form, token));
    secrets
}
