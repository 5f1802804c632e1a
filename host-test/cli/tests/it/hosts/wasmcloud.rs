//! The connector on wasmCloud 2: the page as printed, and a fleet whose host dies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::page::Page;
use crate::support::installed;
use crate::support::organization::{CLIENT, Organization, SECRET, TENANT, appointment};
use crate::support::process::{Process, ask, free_port, wait_for};
use crate::support::registry::{Registry, succeed};

#[test]
fn runs_the_page() {
    if let Some(programs) = installed::wasmcloud() {
        Page::new(include_str!("../../../../../hosts/wasmcloud/README.md"))
            .with_ports(&["4222", "5000", "8080", "8081", "8082"])
            .run(&[programs]);
    }
}

/// The installed versions are the page's.
#[test]
fn pins_the_versions_that_the_page_names() {
    let page = include_str!("../../../../../hosts/wasmcloud/README.md");
    let script = include_str!("../../../../../.ci/install-hosts");
    for file in ["hosts/wasmcloud/wash.txt", "hosts/wasmcloud/requirements.txt"] {
        assert!(page.contains(file) && script.contains(file), "{file}");
    }
    assert!(page.contains("2.10.3"));
    assert!(include_str!("../../../../../hosts/wasmcloud/wash.txt").contains("wash` 2.10.3"));
}

#[test]
fn continues_when_a_host_dies() {
    let Some(programs) = installed::wasmcloud() else { return };
    let mut fleet = Fleet::start(&programs);
    fleet.run_workload("sales.example.com", true);

    let search = json!({"search_term": "coffee"});
    for host in &fleet.hosts {
        let (status, answer) = host.call("sales.example.com", "search_accounts", &search).unwrap();
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains("Fourth Coffee"), "{answer}");
    }

    // Both hosts serve requests.
    thread::scope(|scope| {
        for host in fleet.hosts.iter().cycle().take(16) {
            scope.spawn(|| {
                for _ in 0..4 {
                    let answer = host.call("sales.example.com", "search_accounts", &search);
                    assert_eq!(answer.unwrap().0, 200);
                }
            });
        }
    });

    // The write is applied, its response never arrives, and its host is killed.
    let subject = "Written by a host that died";
    let input = appointment(subject, "the client's own key");
    fleet.organization.leave_unanswered("PATCH", "appointments");
    let [one, two] = fleet.hosts.as_mut_slice() else { panic!("two hosts") };
    thread::scope(|scope| {
        let port = one.port;
        let input = &input;
        let first =
            scope.spawn(move || call(port, "sales.example.com", "create_appointment", input));
        wait_for("the write", || fleet.organization.has_left_unanswered().then_some(()));
        assert_eq!(fleet.organization.appointments(subject), 1);
        one.process.kill();
        assert_eq!(first.join().unwrap(), None);
    });
    let (status, answer) = two.call("sales.example.com", "create_appointment", &input).unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(fleet.organization.appointments(subject), 1);
}

/// Hosts outside the manifest are unreachable, and the output says how to fix it.
#[test]
fn reaches_only_the_hosts_that_the_manifest_allows() {
    let Some(programs) = installed::wasmcloud() else { return };
    let fleet = Fleet::start(&programs);
    fleet.run_workload("denied.example.com", false);
    let search = json!({"search_term": "coffee"});
    let host = &fleet.hosts[0];
    let (status, answer) = host.call("denied.example.com", "search_accounts", &search).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["kind"]), (500, &"fix-settings".into()), "{answer}");
    assert!(fleet.organization.dataverse().journal().is_empty());
}

/// Two hosts with their infrastructure, and an organization.
struct Fleet {
    hosts: Vec<Host>,
    organization: Organization,
    registry: Registry,
    nats: u16,
    _nats: Process,
    programs: PathBuf,
    directory: TempDir,
}

struct Host {
    process: Process,
    port: u16,
}

impl Host {
    fn start(name: &str, nats: u16, programs: &Path, directory: &Path) -> Self {
        let port = free_port();
        let nats = format!("nats://127.0.0.1:{nats}");
        let mut wash = Command::new(programs.join("wash"));
        wash.args(["host", "--host-name", name, "--http-addr", &format!("127.0.0.1:{port}")]);
        wash.args(["--scheduler-nats-url", &nats, "--data-nats-url", &nats]);
        wash.args(["--allow-insecure-registries", "--oci-cache-dir", &format!("images-{name}")]);
        wash.current_dir(directory);
        Host { process: Process::start(wash, directory, name).listening_on(port), port }
    }

    fn call(&self, host: &str, action: &str, input: &Value) -> Option<(u16, String)> {
        call(self.port, host, action, input)
    }
}

/// Calls an action of the workload with this host name.
fn call(port: u16, host: &str, action: &str, input: &Value) -> Option<(u16, String)> {
    let head = format!(
        "POST /actions/{action} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer try-me\r\nContent-Type: application/json"
    );
    ask(port, &head, &input.to_string())
}

impl Fleet {
    fn start(programs: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path();
        let organization = Organization::start();
        let registry = Registry::start(home);
        registry.push("gateway-alone", "dynamics365-sales-gateway", home);
        registry.push("env", "dynamics365-sales", home);
        let nats = free_port();
        let mut server = Command::new("nats-server");
        server.args(["-a", "127.0.0.1", "-p", &nats.to_string()]);
        let process = Process::start(server, home, "nats").listening_on(nats);
        let hosts = ["one", "two"].map(|name| Host::start(name, nats, programs, home));
        fs::write(home.join("gateway.env"), "DYNAMICS365_GATEWAY_KEY=try-me\n").unwrap();
        let url = organization.url();
        let sales = format!(
            "DYNAMICS365_INSTANCE_URL={url}\nDYNAMICS365_TENANT_ID={TENANT}\nDYNAMICS365_CLIENT_ID={CLIENT}\n\
             DYNAMICS365_CLIENT_SECRET={SECRET}\n"
        );
        fs::write(home.join("sales.env"), sales).unwrap();
        Fleet {
            hosts: hosts.into(),
            organization,
            registry,
            nats,
            _nats: process,
            programs: programs.to_owned(),
            directory,
        }
    }

    /// Starts the manifest's workload on both hosts, under this name. It may reach the
    /// organization, or the host that the manifest names instead.
    fn run_workload(&self, name: &str, is_allowed: bool) {
        let hosts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hosts/wasmcloud");
        let mut start = Command::new(self.programs.join("python3"));
        start.arg(hosts.join("start.py")).arg(hosts.join("workload.yaml"));
        start.args(["--nats", &format!("nats://127.0.0.1:{}", self.nats)]);
        start.args(["--secret", "dynamics365-gateway=gateway.env"]);
        start.args(["--secret", "dynamics365-sales=sales.env"]);
        start.args(["--set", &format!("registry.example.com=127.0.0.1:{}", self.registry.port)]);
        start.args(["--set", &format!("sales.example.com={name}")]);
        if is_allowed {
            let organization =
                format!("https://org12345.crm.dynamics.com={}", self.organization.url());
            start.args(["--set", &organization]);
        }
        start.current_dir(&self.directory);
        let printed = succeed(start);
        for host in ["one", "two"] {
            assert!(printed.contains(&format!("{host}: WORKLOAD_STATE_RUNNING")), "{printed}");
        }
    }
}
