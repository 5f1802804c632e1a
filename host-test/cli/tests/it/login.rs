//! `login` and `logout`, end to end over real sockets: the test is the browser, the simulator the
//! sign-in service.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::mcp::pipe::Pipe;
use crate::support::browser::{Asking, get};
use crate::support::cli::{command_in, complaint, stderr, stdout};
use dataverse_sim::{Answer, Clock, Dataverse, Fault, Server, World};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An organization with its sign-in service, and a directory for the login.
struct Setup {
    server: Server,
    home: TempDir,
}

impl Setup {
    fn new() -> Self {
        let mut world = World::default();
        world.clock = Clock::System;
        world.settings.sign_in.device_code_interval = Duration::ZERO;
        let server = Server::start(Dataverse::new(world), 0).unwrap();
        Setup { server, home: tempfile::tempdir().unwrap() }
    }

    fn directory(&self) -> std::path::PathBuf {
        self.home.path().join("settings")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        command_in(&self.directory(), arguments)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn login(&self, more: &[&str]) -> Command {
        let client = self.server.dataverse().public_client();
        let mut command = self.command(&["login", "--no-browser"]);
        if more.contains(&"--device") {
            command = self.command(&["login"]);
        }
        command.args(["--instance-url", &self.server.url(), "--client-id", client]).args(more);
        command
    }

    /// Signs in with a browser that consents.
    fn signed_in(&self) -> Output {
        let asking = Asking::start(self.login(&[]));
        let back = asking.sign_in();
        let page = get(&back);
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("Done:"), "{page}");
        asking.end()
    }

    /// Runs this many processes at once; each makes one call.
    fn calls_at_once(&self, processes: usize) {
        let call = || {
            let mut call = self.command(&["call", "list_accounts", "--records-per-page", "1"]);
            call.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let running: Vec<_> = (0..processes).map(|_| call()).collect();
        for child in running {
            succeeded(&child.wait_with_output().unwrap());
        }
    }

    fn token_requests(&self) -> usize {
        let dataverse = self.server.dataverse();
        dataverse.journal().iter().filter(|entry| entry.path.ends_with("/token")).count()
    }

    fn file(&self) -> std::path::PathBuf {
        self.directory().join("login.json")
    }

    fn login_file(&self) -> Value {
        serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap()
    }

    fn kept(&self, name: &str) -> String {
        self.login_file()[name].as_str().unwrap().to_owned()
    }

    /// By the file, the access token has expired.
    fn let_the_stored_token_end(&self) {
        let mut kept = self.login_file();
        kept["access_token_expires_at"] = "1".into();
        fs::write(self.file(), kept.to_string()).unwrap();
    }
}

fn succeeded(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
}

/// The output contains no credentials.
fn shows_no_secret(output: &Output) {
    let text = stdout(output) + &stderr(output);
    for secret in ["simulated-access-token", "simulated-refresh-token", "simulated-code", "eyJ"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[cfg(unix)]
fn is_the_owners_only(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
}

#[cfg(not(unix))]
fn is_the_owners_only(_: &Path, _: u32) {}

#[test]
fn signs_in_with_a_browser_and_the_other_commands_use_it() {
    let setup = Setup::new();
    let output = setup.signed_in();
    succeeded(&output);
    shows_no_secret(&output);
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains(&format!("signed in to {}", setup.server.url())));
    is_the_owners_only(&setup.file(), 0o600);
    is_the_owners_only(&setup.directory(), 0o700);
    assert_eq!(setup.kept("instance_url"), setup.server.url());
    let scope = format!("{}/user_impersonation offline_access", setup.server.url());
    assert_eq!(setup.kept("scope"), scope);

    let called = setup.run(&["call", "list_accounts", "--records-per-page", "2"]);
    succeeded(&called);
    shows_no_secret(&called);
    let answer: Value = serde_json::from_slice(&called.stdout).unwrap();
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 2);
    assert!(
        stderr(&called).contains(&format!("organization: {} (by `login`)", setup.server.url()))
    );
    succeeded(&setup.run(&["check"]));
}

#[test]
fn each_profile_has_its_own_login() {
    let (setup, other) = (Setup::new(), Setup::new());
    succeeded(&setup.signed_in());
    let client = other.server.dataverse().public_client();
    let mut login = setup.command(&["login", "--no-browser", "--profile", "test"]);
    login.args(["--instance-url", &other.server.url(), "--client-id", client]);
    let asking = Asking::start(login);
    get(&asking.sign_in());
    succeeded(&asking.end());

    let listed = setup.run(&["profiles"]);
    let expected = format!("default  {}\ntest  {}\n", setup.server.url(), other.server.url());
    assert_eq!(stdout(&listed), expected);
    let named = |output: &Output, server: &Server| {
        succeeded(output);
        assert!(stderr(output).contains(&server.url()), "{}", stderr(output));
    };
    named(&setup.run(&["check"]), &setup.server);
    named(&setup.run(&["check", "--profile", "default"]), &setup.server);
    named(&setup.run(&["check", "--profile", "test"]), &other.server);
    named(&setup.run(&["call", "list_accounts", "--profile", "test"]), &other.server);
    named(&setup.run(&["--profile", "test", "call", "list_accounts"]), &other.server);
    let by_variable = |name: &str, arguments: &[&str]| {
        setup.command(arguments).env("DYNAMICS365_PROFILE", name).output().unwrap()
    };
    named(&by_variable("test", &["call", "list_accounts"]), &other.server);
    named(&by_variable("test", &["call", "list_accounts", "--profile=default"]), &setup.server);

    let unknown = setup.run(&["check", "--profile", "tset"]);
    assert!(
        complaint(&unknown).contains("no login in the profile `tset` (known: default, test)"),
        "{}",
        complaint(&unknown)
    );
    assert_eq!(unknown.status.code(), Some(1));
    let strange = setup.run(&["check", "--profile", "../x"]);
    assert!(complaint(&strange).contains("cannot be the name of a profile"));
    let mut both = setup.command(&["check", "--profile", "test"]);
    let both = both.env("DYNAMICS365_INSTANCE_URL", setup.server.url()).output().unwrap();
    assert!(
        complaint(&both).contains("unset the variable or use another profile"),
        "{}",
        complaint(&both)
    );

    succeeded(&setup.run(&["logout", "--profile", "test"]));
    assert_eq!(stdout(&setup.run(&["profiles"])), format!("default  {}\n", setup.server.url()));
    succeeded(&setup.run(&["check"]));
}

#[test]
fn a_rotated_refresh_token_is_written_back() {
    let setup = Setup::new();
    setup.server.dataverse().world.settings.refresh_tokens_are_single_use = true;
    succeeded(&setup.signed_in());
    let first = setup.kept("refresh_token");
    setup.server.dataverse().expire_tokens();
    succeeded(&setup.run(&["check"]));
    let second = setup.kept("refresh_token");
    assert_ne!(first, second);
    is_the_owners_only(&setup.file(), 0o600);
    // The first one is no longer valid: only the second gets the next token.
    setup.server.dataverse().expire_tokens();
    succeeded(&setup.run(&["check"]));
    assert_ne!(second, setup.kept("refresh_token"));
    assert_eq!(fs::read_dir(setup.directory()).unwrap().count(), 1, "something is left over");
}

#[test]
fn many_processes_at_once_redeem_a_refresh_token_once() {
    let setup = Setup::new();
    setup.server.dataverse().world.settings.refresh_tokens_are_single_use = true;
    succeeded(&setup.signed_in());
    setup.let_the_stored_token_end();
    let (before, old) = (setup.token_requests(), setup.kept("refresh_token"));
    setup.calls_at_once(32);
    assert_eq!(setup.token_requests(), before + 1);
    assert_ne!(setup.kept("refresh_token"), old);
    is_the_owners_only(&setup.file(), 0o600);
}

#[test]
fn many_processes_whose_token_was_revoked_redeem_a_refresh_token_once() {
    let setup = Setup::new();
    setup.server.dataverse().world.settings.refresh_tokens_are_single_use = true;
    succeeded(&setup.signed_in());
    // The file says that the access token is valid for an hour. Each process discovers the truth by
    // a 401.
    setup.server.dataverse().expire_tokens();
    let (before, old) = (setup.token_requests(), setup.kept("refresh_token"));
    setup.calls_at_once(16);
    assert_eq!(setup.token_requests(), before + 1);
    assert_ne!(setup.kept("refresh_token"), old);
    is_the_owners_only(&setup.file(), 0o600);
}

#[test]
fn a_long_running_process_uses_the_refresh_token_of_a_later_one() {
    let setup = Setup::new();
    setup.server.dataverse().world.settings.refresh_tokens_are_single_use = true;
    succeeded(&setup.signed_in());
    let mut long = Pipe::to(setup.command(&["mcp"]));
    long.initialize();
    let mut lists = || {
        let asked = json!({"name": "list_accounts", "arguments": {"records_per_page": 1}});
        let answer = long.ask("tools/call", asked);
        assert_eq!(answer["result"]["isError"], false, "{answer}");
    };
    lists();
    // A later process redeems the refresh token of the first one, and its new token expires too.
    setup.server.dataverse().expire_tokens();
    succeeded(&setup.run(&["check"]));
    setup.server.dataverse().expire_tokens();
    setup.let_the_stored_token_end();
    lists();
    succeeded(&setup.run(&["check"]));
}

#[test]
fn a_fresh_access_token_is_kept_and_not_asked_for_again() {
    let setup = Setup::new();
    succeeded(&setup.signed_in());
    let before = setup.server.dataverse().journal().len();
    succeeded(&setup.run(&["check"]));
    // `WhoAmI`, and no token.
    assert_eq!(setup.server.dataverse().journal().len(), before + 1);
}

#[test]
fn signs_in_by_a_device_code() {
    let setup = Setup::new();
    setup.server.dataverse().world.settings.sign_in.polls_until_answered = 2;
    let output = setup.login(&["--device"]).output().unwrap();
    succeeded(&output);
    shows_no_secret(&output);
    let shown = stderr(&output);
    assert!(shown.contains("/oauth2/deviceauth on any machine, and enter the code SIM"), "{shown}");
    succeeded(&setup.run(&["check"]));
}

#[test]
fn the_environment_overrides_the_login() {
    let setup = Setup::new();
    succeeded(&setup.signed_in());
    let token = setup.server.dataverse().issue_token();
    let url = setup.server.url();
    let check = |variables: &[(&str, &str)]| {
        let output = setup.command(&["check"]).envs(variables.iter().copied()).output().unwrap();
        (output.status.code(), stderr(&output))
    };
    let (status, said) =
        check(&[("DYNAMICS365_INSTANCE_URL", &url), ("DYNAMICS365_ACCESS_TOKEN", &token)]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("(named by the environment)"), "{said}");
    // Without credentials in the environment, the login is used.
    let (status, said) = check(&[("DYNAMICS365_INSTANCE_URL", &format!("{url}/main.aspx"))]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("(by `login`)"), "{said}");
    // A login is only for its own organization.
    let (status, said) = check(&[("DYNAMICS365_INSTANCE_URL", "org12345.crm.dynamics.com")]);
    assert_eq!(status, Some(1));
    assert!(said.contains("Cannot sign in: neither DYNAMICS365_ACCESS_TOKEN nor"), "{said}");
}

#[test]
fn logout_removes_the_login() {
    let setup = Setup::new();
    succeeded(&setup.signed_in());
    let output = setup.run(&["logout"]);
    succeeded(&output);
    assert!(stderr(&output).contains("removed, but not revoked"));
    assert_eq!(fs::read_dir(setup.directory()).unwrap().count(), 0);
    assert!(stderr(&setup.run(&["check"])).contains("error: no organization: "));
    let again = setup.run(&["logout"]);
    succeeded(&again);
    assert!(stderr(&again).contains("you are not signed in"));
}

#[test]
fn reports_a_declined_sign_in() {
    let setup = Setup::new();
    setup.server.dataverse().world.settings.sign_in.answer = Answer::Decline;
    let asking = Asking::start(setup.login(&[]));
    let page = get(&asking.sign_in());
    assert!(page.contains("the terminal says why"), "{page}");
    let output = asking.end();
    let said = complaint(&output);
    let expected =
        "error: the sign-in was declined (`access_denied`); it says: AADSTS65004: User declined";
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(output.status.code(), Some(1));
    let device = setup.login(&["--device"]).output().unwrap();
    let said = complaint(&device);
    assert!(
        said.starts_with("error: the sign-in was declined (`authorization_declined`)"),
        "{said}"
    );
    assert!(!setup.file().exists());
}

#[test]
fn keeps_waiting_after_a_code_or_a_refusal_of_another_sign_in() {
    let setup = Setup::new();
    let asking = Asking::start(setup.login(&[]));
    let redirect = asking.redirect();
    assert!(get(&format!("{redirect}/favicon.ico")).starts_with("HTTP/1.1 404"));
    for query in ["code=stolen&state=another", "error=access_denied&state=another", "code=stolen"] {
        let page = get(&format!("{redirect}/?{query}"));
        assert!(page.starts_with("HTTP/1.1 400") && page.contains("another sign-in"), "{page}");
        assert!(!setup.file().exists());
    }
    assert!(get(&asking.sign_in()).starts_with("HTTP/1.1 200"));
    succeeded(&asking.end());
    succeeded(&setup.run(&["check"]));
}

#[cfg(target_os = "linux")]
#[test]
fn half_open_connections_do_not_block() {
    let setup = Setup::new();
    // So few descriptors that none is left for a while.
    let login = setup.login(&[]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -n 48; exec \"$0\" \"$@\""])
        .arg(login.get_program())
        .args(login.get_args());
    for (name, value) in login.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let asking = Asking::start(limited);
    let redirect = asking.redirect();
    let authority = redirect.strip_prefix("http://").unwrap();
    let open: Vec<_> =
        (0..80).filter_map(|_| std::net::TcpStream::connect(authority).ok()).collect();
    assert_eq!(open.len(), 80);
    assert!(get(&asking.sign_in()).starts_with("HTTP/1.1 200"));
    succeeded(&asking.end());
}

#[test]
fn odd_numbers_in_responses_do_not_end_a_sign_in() {
    for json in ["18446744073709551615", "\"3599\"", "3599.5", "1e18", "-1", "null", "[]"] {
        let setup = Setup::new();
        {
            let mut dataverse = setup.server.dataverse();
            let odd: Value = serde_json::from_str(json).unwrap();
            dataverse.world.settings.sign_in.expires_in_json = Some(odd.clone());
            if json != "1e18" && json != "18446744073709551615" {
                dataverse.world.settings.sign_in.interval_json = Some("1".into());
            }
        }
        succeeded(&setup.login(&["--device"]).output().unwrap());
        succeeded(&setup.signed_in());
        succeeded(&setup.run(&["check"]));
    }
}

#[test]
fn polling_continues_while_the_service_is_busy() {
    let setup = Setup::new();
    for (status, body) in [(503, "<html>busy</html>"), (429, "{}")] {
        setup.server.dataverse().next_for("POST", "token", Fault::answer(status, body.to_owned()));
        succeeded(&setup.login(&["--device"]).output().unwrap());
        let asked = setup
            .server
            .dataverse()
            .journal()
            .iter()
            .filter(|entry| entry.status == Some(status))
            .count();
        assert_eq!(asked, 1);
    }
}

#[test]
fn a_failed_sign_in_keeps_the_previous_login() {
    let setup = Setup::new();
    succeeded(&setup.signed_in());
    let before = fs::read(setup.file()).unwrap();
    setup.server.dataverse().world.settings.sign_in.answer = Answer::Decline;
    let asking = Asking::start(setup.login(&[]));
    get(&asking.sign_in());
    assert_eq!(asking.end().status.code(), Some(1));
    assert_eq!(fs::read(setup.file()).unwrap(), before);
}

#[test]
fn reports_that_nobody_signed_in_in_time() {
    let setup = Setup::new();
    let output = setup.login(&["--timeout", "0"]).output().unwrap();
    assert_eq!(complaint(&output), "error: nobody signed in within 0 seconds: run `login` again");
    setup.server.dataverse().world.settings.sign_in.device_code_life = Duration::ZERO;
    let output = setup.login(&["--device"]).output().unwrap();
    let said = complaint(&output);
    assert!(said.starts_with("error: the code expired before anybody entered it"), "{said}");
}

#[test]
fn reports_that_the_port_is_in_use() {
    let setup = Setup::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = setup.login(&["--port", &port]).output().unwrap();
    assert!(complaint(&output).starts_with(&format!("error: port {port} is in use")));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn reports_missing_settings_and_hosts_that_are_not_microsofts() {
    let setup = Setup::new();
    for (arguments, said) in [
        (
            &["login"][..],
            "the host of the organization is missing (expected `--instance-url`, or `DYNAMICS365_INSTANCE_URL`)",
        ),
        (
            &["login", "--instance-url", "org12345.crm.dynamics.com"],
            "the id of the application is missing (expected `--client-id`, or `DYNAMICS365_CLIENT_ID`)",
        ),
        (
            &["login", "--instance-url", "crm.example.com", "--client-id", "app"],
            "`crm.example.com` is not a Dynamics 365 organization",
        ),
        (
            &[
                "login",
                "--instance-url",
                "org12345.crm.dynamics.com",
                "--client-id",
                "app",
                "--tenant-id",
                "a/b",
            ],
            "`a/b` is not a valid tenant",
        ),
    ] {
        let output = setup.run(arguments);
        assert!(complaint(&output).contains(said), "{}", complaint(&output));
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn reports_an_unknown_application() {
    let setup = Setup::new();
    let url = setup.server.url();
    let output =
        setup.run(&["login", "--device", "--instance-url", &url, "--client-id", "unknown"]);
    let said = complaint(&output);
    assert!(said.contains("`unauthorized_client`") && said.contains("AADSTS700016"), "{said}");
}

#[test]
fn reports_a_malformed_login() {
    let setup = Setup::new();
    fs::create_dir(setup.directory()).unwrap();
    fs::write(setup.file(), "half a fi").unwrap();
    let output = setup.run(&["check"]);
    assert!(complaint(&output).contains("holds no login that this version can read"));
    assert_eq!(output.status.code(), Some(1));
    succeeded(&setup.run(&["logout"]));
    succeeded(&setup.run(&["check", "--simulator"]));
}
