//! The connector on Obelisk: the page as printed, and a workflow whose server dies at each of its
//! steps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use dataverse_sim::{Fault, When};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::page::Page;
use crate::support::installed;
use crate::support::organization::{CLIENT, Organization, SECRET, TENANT};
use crate::support::process::{Process, free_port, wait_for};
use crate::support::registry::succeed;

#[test]
fn runs_the_page() {
    if let Some(obelisk) = installed::obelisk() {
        Page::new(include_str!("../../../../../hosts/obelisk/README.md"))
            .with_ports(&["5005"])
            .run(&[obelisk]);
    }
}

/// The installed version is the page's.
#[test]
fn installs_the_version_that_the_page_names() {
    let page = include_str!("../../../../../hosts/obelisk/README.md");
    let script = include_str!("../../../../../.ci/install-hosts");
    assert!(
        page.contains("obelisk --version 0.41.5") && script.contains("obelisk --version 0.41.5")
    );
}

/// The requests at which a workflow's server dies, each time after the request is applied.
#[derive(Debug, Clone, Copy)]
enum Step {
    Find,
    Create,
    Update,
}

const STEPS: [Step; 3] = [Step::Find, Step::Create, Step::Update];

#[test]
fn resumes_a_workflow_after_its_server_died() {
    let Some(obelisk) = installed::obelisk() else { return };
    for step in STEPS {
        let shop = Shop::new(&obelisk, "server.toml", &[]);
        let mut server = shop.serve("one");
        let execution = shop.begin(&server, step);
        server.process.kill();
        let server = shop.serve("one");
        shop.is_planned_once(&server, &execution, step);
    }
}

#[test]
fn resumes_a_workflow_on_another_server() {
    let Some(obelisk) = installed::obelisk() else { return };
    let Some(postgres) = installed::postgres() else { return };
    for step in STEPS {
        let database = Postgres::start(&postgres);
        let socket = database.directory.path().to_str().unwrap().to_owned();
        let variables = [
            ("POSTGRES_HOST", socket.as_str()),
            ("POSTGRES_USER", "postgres"),
            ("POSTGRES_PASSWORD", "unused"),
        ];
        let shop = Shop::new(&obelisk, "server-postgres.toml", &variables);
        let mut one = shop.serve("one");
        let execution = shop.begin(&one, step);
        let two = shop.serve("two");
        one.process.kill();
        shop.is_planned_once(&two, &execution, step);
    }
}

/// The deployment's files, and an organization.
struct Shop {
    obelisk: PathBuf,
    settings: &'static str,
    variables: Vec<(String, String)>,
    organization: Organization,
    appointments: usize,
    directory: TempDir,
}

struct Server {
    process: Process,
    api: String,
}

impl Shop {
    /// With the server settings of this name, and the variables they need.
    fn new(obelisk: &Path, settings: &'static str, variables: &[(&str, &str)]) -> Self {
        let organization = Organization::start();
        let appointments = organization.dataverse().world.count("appointment");
        let directory = tempfile::tempdir().unwrap();
        let url = organization.url();
        let hosts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hosts/obelisk");
        for file in ["deployment.toml", settings] {
            let text = fs::read_to_string(hosts.join(file)).unwrap();
            let text = text
                .replace("https://org12345.crm.dynamics.com", &url)
                .replace("https://login.microsoftonline.com", &url)
                // The shorter waits of a test.
                .replace("lock_expiry.seconds = 150", "lock_expiry.seconds = 6");
            fs::write(directory.path().join(file), text).unwrap();
        }
        for (what, file) in [("obelisk", "d365-obelisk.wasm"), ("obelisk-workflow", "visits.wasm")]
        {
            let mut compose = Command::new(env!("CARGO_BIN_EXE_dynamics365-sales"));
            compose.args(["compose", what, "-o"]).arg(directory.path().join(file));
            succeed(compose);
        }
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Shop {
            obelisk: obelisk.join("obelisk"),
            settings,
            variables: variables.iter().map(owned).collect(),
            appointments,
            organization,
            directory,
        }
    }

    /// A server that runs the deployment.
    fn serve(&self, name: &str) -> Server {
        let port = free_port();
        let mut run = Command::new(&self.obelisk);
        run.args(["server", "run", "--server-config", self.settings]);
        run.args(["--deployment", "deployment.toml"]).current_dir(&self.directory);
        run.envs(self.variables.clone());
        run.env("OBELISK_API_TOKEN", TOKEN);
        run.env("OBELISK__API__LISTENING_ADDR", format!("127.0.0.1:{port}"));
        run.env("DYNAMICS365_INSTANCE_URL", self.organization.url());
        run.env("DYNAMICS365_TENANT_ID", TENANT).env("DYNAMICS365_CLIENT_ID", CLIENT);
        run.env("DYNAMICS365_CLIENT_SECRET", SECRET);
        let process = Process::start(run, self.directory.path(), name).listening_on(port);
        Server { process, api: format!("http://127.0.0.1:{port}") }
    }

    fn execution(&self, server: &Server, command: &str) -> Command {
        // An execution that never ends counts as a failure.
        let mut execution = Command::new("timeout");
        execution.arg("240").arg(&self.obelisk).args(["execution", command]);
        execution.args(["--api-url", &server.api]).env("OBELISK_API_TOKEN", TOKEN);
        execution
    }

    /// Starts the workflow, up to the request that is applied but not answered.
    fn begin(&self, server: &Server, step: Step) -> String {
        match step {
            Step::Find => self.organization.leave_unanswered("GET", "contacts"),
            Step::Create => self.organization.leave_unanswered("PATCH", "appointments"),
            // Leaves time between the two writes.
            Step::Update => {
                self.organization.dataverse().world.settings.latency = Duration::from_millis(500);
            }
        }
        let mut generate = Command::new(&self.obelisk);
        generate.args(["generate", "execution-id"]);
        let execution = succeed(generate).trim().to_owned();
        let visit = json!([{
            "contact_name": "Rene Valdes",
            "subject": "Visit",
            "scheduledstart": "2026-12-10T09:00:00Z",
            "scheduledend": "2026-12-10T09:30:00Z",
            "required_attendee_email": "ann.baker@contoso.com",
        }]);
        let mut submit = self.execution(server, "submit");
        submit.args(["--execution-id", &execution, ".../visits.plan", &visit.to_string()]);
        succeed(submit);
        if matches!(step, Step::Update) {
            wait_for("the create", || {
                let mut sim = self.organization.dataverse();
                let is_there = sim.journal().iter().any(|entry| entry.method == "PATCH");
                is_there.then(|| {
                    let fault = Fault::StalledBeforeFirstByte(When::AfterCommit);
                    sim.next_for("PATCH", "appointments", fault);
                })
            });
        }
        wait_for("the request that is not answered", || {
            self.organization.has_left_unanswered().then_some(())
        });
        execution
    }

    /// The workflow succeeds and has created one appointment.
    fn is_planned_once(&self, server: &Server, execution: &str, step: Step) {
        let mut result = self.execution(server, "result");
        result.args(["--follow", "--json", execution]);
        let result = succeed(result);
        let planned: Value = serde_json::from_str(&result).unwrap();
        assert!(planned["ok"]["appointment_id"].is_string(), "{step:?}: {result}");
        assert_eq!(self.organization.appointments("Visit: Rene Valdes"), 1, "{step:?}");
        let appointments = self.organization.dataverse().world.count("appointment");
        assert_eq!(appointments, self.appointments + 1, "{step:?}");
        // The placeholder was sent as the secret for the sign-in; no component had it in its
        // environment.
        assert!(!server.process.printed().contains(SECRET));
    }
}

const TOKEN: &str = "try-me";

/// A separate Postgres server, on a socket in its directory.
struct Postgres {
    _process: Process,
    directory: TempDir,
}

impl Postgres {
    fn start(programs: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path();
        let is_root = succeed(command("id", &["-u"])).trim() == "0";
        // It refuses to run as root.
        let run = |program: &str| {
            let program = programs.join(program);
            let mut command = Command::new(if is_root { "runuser" } else { "env" });
            if is_root {
                command.args(["-u", "postgres", "--"]);
            }
            command.arg(program).current_dir(home);
            command
        };
        if is_root {
            succeed(command("chown", &["postgres", home.to_str().unwrap()]));
        }
        let mut initialize = run("initdb");
        initialize.args(["--auth", "trust", "--username", "postgres", "--no-sync", "data"]);
        succeed(initialize);
        let mut serve = run("postgres");
        serve.args(["-D", "data", "-k"]).arg(home).args([
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        ]);
        let process = Process::start(serve, home, "postgres");
        wait_for("Postgres", || {
            let mut ready = Command::new(programs.join("pg_isready"));
            ready.arg("-q").arg("-h").arg(home);
            ready.status().unwrap().success().then_some(())
        });
        Postgres { _process: process, directory }
    }
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}
