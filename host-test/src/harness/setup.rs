//! Builds and configures a harness.

use std::time::Duration;

use dataverse_sim::{Dataverse, World};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use super::Harness;
use crate::clock::Clock;
use crate::connector::{Connector, Settings};
use crate::engine::EngineSettings;
use crate::http::{Backend, InProcess};
use crate::limits::Limits;
use crate::secrets::Secrets;

/// The organization's host.
const INSTANCE: &str = "org12345.crm.dynamics.com";
/// The sign-in service of its users.
const AUTHORITY: &str = "https://login.microsoftonline.com";

/// The options of a harness, besides the organization.
#[derive(Default)]
pub(super) struct Setup {
    limits: Limits,
    component: Option<Vec<u8>>,
    only: Option<Vec<String>>,
}

impl Harness {
    /// This organization.
    ///
    /// # Panics
    ///
    /// Panics if the built component cannot be loaded.
    pub fn with(world: World) -> Self {
        let mut dataverse = Dataverse::new(world);
        dataverse.world.clock = dataverse_sim::Clock::Fixed(Self::START);
        dataverse.world.settings.authority = Some(AUTHORITY.to_owned());
        let secrets = Secrets::new().with("instance_url", INSTANCE);
        secrets.put("access_token", &dataverse.issue_token());
        let runtime = runtime();
        let started = runtime.block_on(async { Instant::now() });
        let simulator = InProcess::new(dataverse).since(started);
        let setup = Setup::default();
        let connector = connector(&setup, &simulator, started);
        Harness { runtime, connector, secrets, simulator, setup, started }
    }

    /// Sets other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.setup.limits = limits;
        self.connect_again()
    }

    /// With another component.
    ///
    /// # Panics
    ///
    /// Fails if the bytes are not a component, or if it imports something that the host does not
    /// provide.
    #[must_use]
    pub fn with_component(mut self, bytes: &[u8]) -> Self {
        self.setup.component = Some(bytes.to_vec());
        self.connect_again()
    }

    /// With these authorities as the only ones that requests may go to.
    #[must_use]
    pub fn with_only(mut self, authorities: &[&str]) -> Self {
        self.setup.only = Some(authorities.iter().map(|&authority| authority.to_owned()).collect());
        self.connect_again()
    }

    /// With a host that ignores the component's time-outs.
    #[must_use]
    pub fn ignoring_time_outs(mut self) -> Self {
        self.simulator = self.simulator.ignoring_time_outs();
        self.connect_again()
    }

    /// With the credentials of the app itself instead of a token: client id, secret and tenant.
    #[must_use]
    pub fn sign_in_with_client_credentials(self) -> Self {
        let client = self.sim().client();
        self.secrets.remove("access_token");
        self.secrets.put("client_id", &client.client_id);
        self.secrets.put("client_secret", &client.client_secret);
        self.secrets.put("tenant_id", &client.tenant_id);
        self
    }

    /// With a refresh token of a user, client id and secret instead of an access token.
    #[must_use]
    pub fn sign_in_with_refresh_token(self) -> Self {
        let (client, token) = {
            let mut sim = self.sim();
            (sim.client(), sim.issue_refresh_token())
        };
        self.secrets.remove("access_token");
        self.secrets.put("client_id", &client.client_id);
        self.secrets.put("client_secret", &client.client_secret);
        self.secrets.put("refresh_token", &token);
        self
    }

    /// With this secret.
    #[must_use]
    pub fn with_secret(self, name: &str, value: &str) -> Self {
        self.secrets.put(name, value);
        self
    }

    fn connect_again(mut self) -> Self {
        self.connector = connector(&self.setup, &self.simulator, self.started);
        self
    }
}

fn runtime() -> Runtime {
    match Builder::new_current_thread().enable_time().start_paused(true).build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("no runtime: {error}"),
    }
}

fn connector(setup: &Setup, simulator: &InProcess, started: Instant) -> Connector {
    let start = Duration::from_secs(Harness::START.unsigned_abs());
    let settings = Settings {
        component: setup.component.clone(),
        engine: EngineSettings::default(),
        limits: setup.limits.clone(),
        backend: Backend::InProcess(simulator.clone()),
        clock: Clock::Tokio { start, origin: started },
        random_seed: Some(1),
        only: setup.only.clone(),
        formatted_values: false,
    };
    match Connector::new(settings) {
        Ok(connector) => connector,
        Err(error) => panic!("{error}"),
    }
}
