//! `sim`: the simulator alone, for any Dataverse client.

mod catalogue;
mod learn;

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use dataverse_sim::{Clock, Dataverse, Entry, Seed, Server, Serving, World};

use super::Stop;
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales sim                                    on a free port, which it prints
  dynamics365-sales sim --port 8080 --accounts 5000 --latency 50 --log
  dynamics365-sales sim --fault 'PATCH appointments=reset-after-commit' --fault 'GET accounts=429:2'
  dynamics365-sales sim --faults                           the named faults
  dynamics365-sales sim --setting closed_appointments_are_read_only=false --limits off
  dynamics365-sales sim --dump > rows.json
  dynamics365-sales sim --seed rows.json

While it runs, its page at / has a control interface for tests: reset, faults, journal, clock, rows, snapshots.";

/// The arguments of `sim`.
#[derive(Args)]
pub(crate) struct Sim {
    /// Port; 0 takes any free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Address to listen on; other machines can reach any address except loopback
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_name = "ADDRESS")]
    host: IpAddr,
    #[command(flatten)]
    content: Content,
    /// The latency of each response, in milliseconds
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency: u64,
    /// Prints a line for each request to stderr
    #[arg(long)]
    log: bool,
    /// Applies a fault to requests: `[METHOD] [RESOURCE]=FAULT[:TIMES]`, where FAULT is a name or a
    /// status; repeatable
    #[arg(long = "fault", value_name = "FAULT")]
    told: Vec<String>,
    /// Sets a setting; repeatable
    #[arg(long = "setting", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Behaves like the organization in this report of `verify --report`; `--setting` overrides it
    #[arg(long = "as", value_name = "REPORT.json")]
    learned: Option<PathBuf>,
    /// Enforces the service protection limits
    #[arg(long, value_name = "on|off", default_value = "on", hide_default_value = true)]
    limits: OnOff,
    /// Lists the settings and exits
    #[arg(long, exclusive = true)]
    settings: bool,
    /// Lists the named faults and exits
    #[arg(long, exclusive = true)]
    faults: bool,
    /// Prints all rows as JSON for `--seed` and exits
    #[arg(long)]
    dump: bool,
}

/// The organization's initial rows.
#[derive(Args)]
struct Content {
    /// The number of accounts
    #[arg(long, default_value_t = Seed::default().accounts)]
    accounts: usize,
    /// The number of contacts
    #[arg(long, default_value_t = Seed::default().contacts)]
    contacts: usize,
    /// The number of users
    #[arg(long, default_value_t = Seed::default().users)]
    users: usize,
    /// The number of appointments
    #[arg(long, default_value_t = Seed::default().appointments)]
    appointments: usize,
    /// The number of solutions besides the standard ones
    #[arg(long, default_value_t = Seed::default().solutions)]
    solutions: usize,
    /// Your own rows, which replace those of the tables in the file
    #[arg(long, value_name = "ROWS.json")]
    seed: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnOff {
    On,
    Off,
}

impl Sim {
    pub(crate) async fn run(self) -> Result<(), Stop> {
        if self.settings {
            return catalogue::settings();
        }
        if self.faults {
            return catalogue::faults();
        }
        let dataverse = self.organization()?;
        if self.dump {
            let tables = dataverse.world.schema.tables.keys().map(String::as_str);
            terminal::bytes(
                (dataverse.world.dump(tables).trim_end().to_owned() + "\n").as_bytes(),
            )?;
            return Ok(());
        }
        let server = listen(
            dataverse,
            Serving {
                address: SocketAddr::new(self.host, self.port),
                controlled: true,
                log: self.log.then(|| Box::new(log) as Box<dyn Fn(&Entry) + Send + Sync>),
            },
        )?;
        if !self.host.is_loopback() {
            terminal::note(format_args!(
                "{} anyone who can reach {} can read and change everything here: invented rows, or yours with --seed",
                terminal::bad("warning:"),
                server.address()
            ));
        }
        introduce(&server)?;
        terminal::note(terminal::quiet("until Ctrl-C"));
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Stop::Failed(format!("cannot wait for Ctrl-C: {error}")))?;
        terminal::note("stopped");
        server.stop();
        Ok(())
    }

    /// The organization described by the arguments.
    fn organization(&self) -> Result<Dataverse, Stop> {
        let mut world = self.content.world()?;
        if let Some(report) = &self.learned {
            learn::learn(&mut world.settings, report)?;
        }
        for setting in &self.set {
            let (name, value) = setting.split_once('=').ok_or_else(|| {
                Stop::Usage(format!("`{setting}` is not a setting (expected `NAME=VALUE`)"))
            })?;
            world
                .settings
                .set_by_name(name, value)
                .map_err(|error| Stop::Usage(format!("{error}; `sim --settings` lists them")))?;
        }
        if self.latency > 0 {
            world.settings.latency = Duration::from_millis(self.latency);
        }
        if self.limits == OnOff::Off {
            world.settings.enforce_limits = false;
        }
        let mut dataverse = Dataverse::new(world);
        for text in &self.told {
            dataverse
                .tell_by_text(text)
                .map_err(|error| Stop::Usage(format!("{error}; `sim --faults` lists the names")))?;
        }
        Ok(dataverse)
    }
}

impl Content {
    fn world(&self) -> Result<World, Stop> {
        let mut world = World::new(&Seed {
            accounts: self.accounts,
            contacts: self.contacts,
            users: self.users,
            appointments: self.appointments,
            solutions: self.solutions,
        });
        world.clock = Clock::System;
        if let Some(path) = &self.seed {
            seed(&mut world, path)?;
        }
        Ok(world)
    }
}

/// Loads rows from a file.
fn seed(world: &mut World, path: &Path) -> Result<(), Stop> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::Failed(format!("cannot read `{shown}`: {error}")))?;
    world.load(&text).map_err(|error| Stop::Failed(format!("`{shown}`: {error}")))
}

/// Starts the simulator behind a loopback socket, without its control interface.
pub(crate) fn start(world: World, port: u16) -> Result<Server, Stop> {
    let address = (Ipv4Addr::LOCALHOST, port).into();
    listen(Dataverse::new(world), Serving { address, ..Serving::default() })
}

fn listen(dataverse: Dataverse, serving: Serving) -> Result<Server, Stop> {
    let address = serving.address;
    let port = address.port();
    Server::serve(dataverse, serving).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Stop::Failed(format!(
            "port {port} is in use (another `sim`? `--port 0` takes a free one)"
        )),
        ErrorKind::AddrNotAvailable => Stop::Failed(format!(
            "`{}` is not an address of this machine (the usual one is `--host 127.0.0.1`)",
            address.ip()
        )),
        _ => Stop::Failed(format!("the simulator cannot listen on port {port}: {error}")),
    })
}

/// One line per request: `GET /api/data/v9.2/accounts?$top=3 200`.
fn log(entry: &Entry) {
    let status = entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let query = if entry.query.is_empty() { String::new() } else { format!("?{}", entry.query) };
    let line = format!("{} {}{query} {status}", entry.method, entry.path);
    terminal::note(terminal::plain(&line).replace('\n', "\u{fffd}"));
}

/// Prints the settings for a client.
fn introduce(server: &Server) -> Result<(), Stop> {
    let url = server.url();
    let (token, client, refresh, public) = {
        let mut dataverse = server.dataverse();
        let (token, client) = (dataverse.issue_token(), dataverse.client());
        (token, client, dataverse.issue_refresh_token(), dataverse.public_client())
    };
    terminal::answer(format_args!(
        "Dataverse is simulated at {url}/api/data/v9.2/\n\
         page and control {url}/\n\
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
    Ok(())
}
