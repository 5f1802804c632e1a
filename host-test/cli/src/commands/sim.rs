//! `sim`: the simulator alone, for any client of Dataverse.

use std::io::ErrorKind;

use clap::Args;
use dataverse_sim::{Clock, Dataverse, Seed, Server, World};

use super::Stop;
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales sim                                    on a port that is free, and prints which
  dynamics365-sales sim --port 8080 --accounts 5000 --latency 50";

/// The arguments of `sim`.
#[derive(Args)]
pub(crate) struct Sim {
    /// Port on 127.0.0.1; 0 takes any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many accounts there are
    #[arg(long, default_value_t = Seed::default().accounts)]
    accounts: usize,
    /// How many contacts
    #[arg(long, default_value_t = Seed::default().contacts)]
    contacts: usize,
    /// How many users
    #[arg(long, default_value_t = Seed::default().users)]
    users: usize,
    /// How many appointments
    #[arg(long, default_value_t = Seed::default().appointments)]
    appointments: usize,
    /// How many solutions beside those that are always there
    #[arg(long, default_value_t = Seed::default().solutions)]
    solutions: usize,
    /// How long each answer takes, in milliseconds
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency: u64,
}

impl Sim {
    pub(crate) async fn run(self) -> Result<(), Stop> {
        let mut world = World::new(&Seed {
            accounts: self.accounts,
            contacts: self.contacts,
            users: self.users,
            appointments: self.appointments,
            solutions: self.solutions,
        });
        world.clock = Clock::System;
        world.settings.latency = std::time::Duration::from_millis(self.latency);
        let server = start(world, self.port)?;
        introduce(&server)?;
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Stop::Failed(format!("Ctrl-C cannot be waited for: {error}")))?;
        terminal::note("stopped");
        server.stop();
        Ok(())
    }
}

/// Starts the simulator behind a socket.
pub(crate) fn start(world: World, port: u16) -> Result<Server, Stop> {
    Server::start(Dataverse::new(world), port).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Stop::Failed(format!(
            "port {port} is in use (another `sim`? `--port 0` takes a free one)"
        )),
        _ => Stop::Failed(format!("the simulator cannot listen on port {port}: {error}")),
    })
}

/// Prints what a client needs.
fn introduce(server: &Server) -> Result<(), Stop> {
    let url = server.url();
    let (token, client, refresh, public) = {
        let mut dataverse = server.dataverse();
        let (token, client) = (dataverse.issue_token(), dataverse.client());
        (token, client, dataverse.issue_refresh_token(), dataverse.public_client())
    };
    terminal::answer(format_args!(
        "Dataverse is simulated at {url}/api/data/v9.2/\n\
         \n\
         token          {token}\n\
         sign-in        {url}/{tenant}/oauth2/v2.0/token\n\
         tenant         {tenant}\n\
         client id      {id}\n\
         client secret  {secret}\n\
         refresh token  {refresh}\n\
         \n\
         curl -H 'Authorization: Bearer {token}' '{url}/api/data/v9.2/accounts?$select=name&$top=3'\n\
         \n\
         DYNAMICS365_INSTANCE_URL={url} DYNAMICS365_TENANT_ID={tenant} DYNAMICS365_CLIENT_ID={id} \
         DYNAMICS365_CLIENT_SECRET={secret} dynamics365-sales check\n\
         \n\
         as a person, who consents by itself:\n\
         dynamics365-sales login --instance-url {url} --client-id {public}\n",
        tenant = client.tenant_id,
        id = client.client_id,
        secret = client.client_secret,
    ))?;
    terminal::note(terminal::quiet("until Ctrl-C"));
    Ok(())
}
