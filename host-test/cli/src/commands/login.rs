//! `login`: signs in as a person, and keeps the tokens.

use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use host_test::Organization;

use super::network::network;
use super::organization::Target;
use super::{Stop, environment};
use crate::login::client::Application;
use crate::login::store::Store;
use crate::login::{browser, device};
use crate::terminal::{self, good, plain, quiet, strong};

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales login --instance-url org12345.crm.dynamics.com --client-id ID
  dynamics365-sales login --device                         on a machine without a browser
  dynamics365-sales login --no-browser --port 8400         prints the URL only, and listens on a port that is forwarded

The application is a public client: in Microsoft Entra registered with the platform `Mobile and desktop applications`,
the redirect URI `http://localhost` and the delegated permission `user_impersonation` of Dynamics CRM; for `--device`
also with `Allow public client flows`. It has no secret.

What is kept, a refresh token above all, is in `dynamics365-sales/login.json` among the user's settings (~/.config), or in
$DYNAMICS365_CONFIG_DIR; only its owner can read it. `logout` removes it.

Exit status: 0 if you are signed in, 1 if not, 2 if the command line is wrong.";

/// The arguments of `login`.
#[derive(Args)]
pub(crate) struct Login {
    /// Host of the organization: `org12345.crm.dynamics.com`
    #[arg(long, env = "DYNAMICS365_INSTANCE_URL", value_name = "HOST")]
    instance_url: Option<String>,
    /// Id of the application, a public client
    #[arg(long, env = "DYNAMICS365_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// Tenant to sign in to, its id or domain; without, that of whoever signs in
    #[arg(long, env = "DYNAMICS365_TENANT_ID", value_name = "TENANT")]
    tenant_id: Option<String>,
    /// Another sign-in service of Microsoft's than that of the organization's cloud
    #[arg(long, env = "DYNAMICS365_AUTHORITY", value_name = "URL")]
    authority: Option<String>,
    /// Other scopes than `https://HOST/user_impersonation`
    #[arg(long, env = "DYNAMICS365_SCOPE", value_name = "SCOPES")]
    scope: Option<String>,
    /// Shows a code to enter on another machine
    #[arg(long)]
    device: bool,
    /// Prints the URL and opens no browser
    #[arg(long, conflicts_with = "device")]
    no_browser: bool,
    /// Port on this machine that the browser comes back to; 0 takes any that is free
    #[arg(long, default_value_t = 0, conflicts_with = "device")]
    port: u16,
    /// How long to wait for the browser, in seconds
    #[arg(long, default_value_t = 300, value_name = "SECONDS", conflicts_with = "device")]
    timeout: u64,
}

impl Login {
    pub(crate) async fn run(self, target: &Target) -> Result<(), Stop> {
        // A misspelt setting would sign in at the wrong place.
        environment::told()?;
        let application = self.application()?;
        let profile = target.profile()?;
        let store = Store::of_user(profile.as_deref()).map_err(Stop::Failed)?;
        let login = if self.device {
            let show = |uri: &str, code: &str| {
                let (uri, code) = (plain(uri), strong(plain(code)));
                terminal::note(format_args!(
                    "open {uri} on any machine, and enter the code {code}"
                ));
            };
            device::sign_in(&application, tokio::time::sleep, show).await
        } else {
            let patience = Duration::from_secs(self.timeout);
            let show = |url: &str| self.show(url);
            browser::sign_in(&application, self.port, patience, show).await
        };
        let login = login.map_err(Stop::Failed)?;
        store.save(&login).map_err(Stop::Failed)?;
        terminal::note(format_args!("{} to {}", good("signed in"), login.instance_url));
        terminal::note(quiet(format_args!(
            "kept in {}; `check` says whether the organization knows you, `logout` removes it",
            store.path().display()
        )));
        Ok(())
    }

    fn application(&self) -> Result<Application, Stop> {
        let missing = |flag: &str, what: &str| {
            let variable = flag.replace('-', "_").to_ascii_uppercase();
            Stop::Usage(format!(
                "{what} is missing (expected `--{flag}`, or `DYNAMICS365_{variable}`)"
            ))
        };
        let instance = told(&self.instance_url);
        let instance =
            instance.ok_or_else(|| missing("instance-url", "the host of the organization"))?;
        let client = told(&self.client_id);
        let client = client.ok_or_else(|| missing("client-id", "the id of the application"))?;
        let organization =
            Organization::parse(instance, told(&self.authority)).map_err(Stop::Usage)?;
        let tenant = told(&self.tenant_id).unwrap_or("organizations");
        Application::new(organization, tenant, client, told(&self.scope), &network()?)
            .map_err(Stop::Usage)
    }

    /// Prints the sign-in URL, and opens a browser if a user is likely to see it.
    fn show(&self, url: &str) {
        terminal::note(format_args!("sign in at:\n{url}"));
        if !self.no_browser && std::io::stderr().is_terminal() && open::that_detached(url).is_err()
        {
            terminal::note("no browser could be opened: open the URL yourself");
        }
    }
}

/// The given value; a blank one counts as unset.
fn told(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|value| !value.is_empty())
}
