//! Which organization a command talks to: the one that the environment names, or that of the login, or a simulated one.

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

/// The organization that the embedded simulator is.
const SIMULATED: &str = "org12345.crm.dynamics.com";

/// Which organization the user wants.
#[derive(Args, Clone, Default)]
pub(crate) struct Target {
    /// Uses the built-in simulator, which starts afresh each time, whatever the environment says
    #[arg(long, global = true)]
    pub(crate) simulator: bool,
    /// Uses the login of this name; without, that of DYNAMICS365_PROFILE
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
}

impl Target {
    /// What is wanted before the name of a command, or after it.
    pub(crate) fn or(&self, other: Target) -> Target {
        Target {
            simulator: self.simulator || other.simulator,
            profile: other.profile.or_else(|| self.profile.clone()),
        }
    }

    /// The profile that is named, by the command line or by the environment.
    ///
    /// # Errors
    ///
    /// As [`environment::profile`].
    pub(crate) fn profile(&self) -> Result<Option<String>, Stop> {
        match &self.profile {
            Some(profile) => Ok(Some(profile.clone())),
            None => environment::profile(),
        }
    }
}

/// What a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It only reads: with no settings at all, the simulator serves.
    Rows,
    /// It says something of an organization, or changes it: nothing is simulated unless that is asked for.
    Organization,
}

/// The component with what it needs to reach the organization.
///
/// # Errors
///
/// [`Stop`], when the settings name none, or not enough to sign in, or something that is no setting.
pub(crate) async fn connect(target: &Target, need: Need) -> Result<(Connector, Secrets), Stop> {
    connect_with(target, need, settings()).await
}

/// The same, with these settings; where requests go is not one of them.
///
/// # Errors
///
/// As [`connect`].
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
            "which starts afresh each time (no DYNAMICS365_INSTANCE_URL, no `login`; --simulator says so on purpose)",
            settings,
        ),
        Need::Organization => Err(Stop::Failed(
            "no organization: set DYNAMICS365_INSTANCE_URL and credentials, sign in with `dynamics365-sales login`, or pass \
             --simulator to use the built-in simulator"
                .to_owned(),
        )),
    }
}

/// A real organization, with a token that it takes.
///
/// # Errors
///
/// As [`connect`]; when the organization cannot be reached, or does not take the credentials.
pub(crate) async fn reached(target: &Target) -> Result<dataverse_verify::Organization, Stop> {
    let (connector, secrets) = connect(target, Need::Organization).await?;
    // The component signs in, and keeps the token that it got.
    let checked = connector.check_connection(&secrets).await?;
    checked.map_err(|failure| Stop::Failed(failure.message))?;
    let token = secrets.get("access_token").unwrap_or_default();
    let instance = secrets.get("instance_url").unwrap_or_default();
    let authority = secrets.get("authority").filter(|authority| !authority.trim().is_empty());
    let Organization { url, sign_in } =
        Organization::parse(&instance, authority.as_deref()).map_err(Stop::Failed)?;
    Ok(dataverse_verify::Organization { origin: url, sign_in, token })
}

/// What reaches the organization of the profile, of the environment or of the login; nothing if none of them names one.
///
/// # Errors
///
/// As [`connect`].
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
    // A user without a home has no login.
    let store = Store::of_user(None).ok();
    let login = store.as_ref().map_or(Ok(None), Store::load).map_err(Stop::Failed)?;
    if let (Some(store), Some(login)) = (store, login) {
        // A login is for its own organization only.
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

/// The organization of a profile: whoever names it wants no other.
async fn of_profile(name: &str, told: &Told) -> Result<Secrets, Stop> {
    let store = Store::of_user(Some(name)).map_err(Stop::Failed)?;
    let Some(login) = store.load().map_err(Stop::Failed)? else {
        let known = Store::profiles();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Stop::Failed(format!(
            "no login in the profile `{name}` (there are: {known}); `dynamics365-sales login --profile {name}` signs in"
        )));
    };
    if let Some(instance) =
        told.instance().filter(|instance| !is_same(instance, &login.instance_url))
    {
        return Err(Stop::Failed(format!(
            "the profile `{name}` is for {}, but DYNAMICS365_INSTANCE_URL names {instance}: unset one of them",
            login.instance_url
        )));
    }
    says(format_args!("{} (by the profile `{name}`)", login.instance_url));
    let login = refresh::fresh(&store, login, &network()?).await;
    Ok(of_login(store, login, told))
}

/// Says on stderr which organization it is.
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

/// The secrets of a login. What gets fresh tokens, and keeps them, is the login itself.
fn of_login(store: Store, login: Login, told: &Told) -> Secrets {
    let secrets = login.secrets();
    // A setting, which a login has nothing to do with.
    if let Some(column) = told.secrets.get("appointment_category_column") {
        secrets.put("appointment_category_column", &column);
    }
    secrets.ask_in_turn(move |form, token| turn::turn(&store, &login, form, token));
    secrets
}
