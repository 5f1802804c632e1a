//! Network settings: a proxy and a custom certificate authority. The organization has a Microsoft
//! host name that only the proxy can reach.

use std::process::{Command, Output};
use std::time::Duration;

use dataverse_sim::{Clock, Dataverse, Server, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::mcp::pipe::Pipe;
use crate::support::cli::{command, command_in, complaint, run, stderr, stdout};
use crate::support::proxy::Proxy;
use crate::support::simulator::sign_in_as_client;

const ORGANIZATION: &str = "org12345.crm.dynamics.com";
const PASSWORD: &str = "Pa55%20word";

fn organization() -> Server {
    let mut world = World::default();
    world.clock = Clock::System;
    world.settings.origin = Some(format!("https://{ORGANIZATION}"));
    world.settings.sign_in.device_code_interval = Duration::ZERO;
    Server::start(Dataverse::new(world), 0).unwrap()
}

/// The command behind this proxy, which trusts its authority and has a token for the organization.
fn behind<'a>(command: &'a mut Command, proxy: &Proxy, server: &Server) -> &'a mut Command {
    command
        .env("HTTPS_PROXY", proxy.url(&format!("ann:{PASSWORD}@")))
        .env("SSL_CERT_FILE", proxy.certificate())
        .env("DYNAMICS365_INSTANCE_URL", ORGANIZATION)
        .env("DYNAMICS365_ACCESS_TOKEN", server.dataverse().issue_token())
}

fn succeeded(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
}

const LIST: [&str; 4] = ["call", "list_accounts", "--records-per-page", "2"];

#[test]
fn a_call_goes_through_the_proxy_with_its_trusted_authority() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let output = behind(&mut command(&LIST), &proxy, &server).output().unwrap();
    succeeded(&output);
    assert!(stdout(&output).starts_with(r#"{"success":true"#), "{}", stdout(&output));
    let asked = proxy.asked();
    let asked = asked[0].replace(&proxy.url("").replace("http://", ""), "PROXY");
    // `ann:Pa55 word`, in base64.
    assert_snapshot!(asked.replace('\r', "").trim_end(), @"
    CONNECT org12345.crm.dynamics.com:443 HTTP/1.1
    host: org12345.crm.dynamics.com:443
    proxy-authorization: Basic YW5uOlBhNTUgd29yZA==
    ");
}

#[test]
fn the_proxy_is_used_only_for_the_organization_and_its_sign_in_service() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let mut command = command(&["check"]);
    sign_in_as_client(behind(&mut command, &proxy, &server), &server);
    succeeded(&command.output().unwrap());
    assert_eq!(proxy.targets(), ["login.microsoftonline.com:443", "org12345.crm.dynamics.com:443"]);
}

#[test]
fn a_login_and_what_follows_it_go_through_the_proxy() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let home = tempfile::tempdir().unwrap();
    let client = server.dataverse().public_client().to_owned();
    let mut login = command_in(home.path(), &["login", "--device", "--client-id", &client]);
    behind(&mut login, &proxy, &server).env_remove("DYNAMICS365_ACCESS_TOKEN");
    let output = login.output().unwrap();
    succeeded(&output);
    assert_eq!(proxy.targets(), ["login.microsoftonline.com:443"]);
    let mut check = command_in(home.path(), &["check"]);
    behind(&mut check, &proxy, &server).env_remove("DYNAMICS365_ACCESS_TOKEN");
    succeeded(&check.output().unwrap());
    assert_eq!(proxy.targets().len(), 2);
}

/// The answer of `mcp` to a call of `list_accounts`.
fn tool_answer(proxy: &Proxy, server: &Server) -> Value {
    let mut command = command(&["mcp"]);
    behind(&mut command, proxy, server);
    let mut pipe = Pipe::to(command);
    pipe.initialize();
    let answer = pipe.ask("tools/call", json!({"name": "list_accounts", "arguments": {}}));
    let (_, _, status) = pipe.close();
    assert_eq!(status, Some(0));
    answer
}

#[test]
fn mcp_goes_through_the_proxy() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let answer = tool_answer(&proxy, &server);
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    assert_eq!(proxy.targets(), ["org12345.crm.dynamics.com:443"]);
}

#[test]
fn verify_goes_through_the_proxy() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let mut command = command(&["verify", "--only", "who-am-i"]);
    let output = behind(&mut command, &proxy, &server).output().unwrap();
    succeeded(&output);
    assert!(stdout(&output).contains("1 agree, 0 differ"), "{}", stdout(&output));
    assert_eq!(proxy.targets(), ["org12345.crm.dynamics.com:443"]);
}

#[test]
fn a_proxy_may_use_tls_itself_and_authorities_may_be_in_a_directory() {
    let server = organization();
    let proxy = Proxy::start_with_tls(&server.url());
    let mut command = command(&LIST);
    behind(&mut command, &proxy, &server)
        .env_remove("SSL_CERT_FILE")
        .env("SSL_CERT_DIR", proxy.certificate().parent().unwrap())
        .env("HTTPS_PROXY", proxy.url("").replace("http://127.0.0.1", "https://localhost"));
    succeeded(&command.output().unwrap());
    assert_eq!(proxy.targets(), ["org12345.crm.dynamics.com:443"]);
}

#[cfg(unix)]
#[test]
fn reads_each_certificate_of_a_directory_with_links() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let (linked, copied) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // As on Debian: the file is elsewhere, and OpenSSL's name for it is a link beside the first.
    std::os::unix::fs::symlink(proxy.certificate(), linked.path().join("own.pem")).unwrap();
    std::os::unix::fs::symlink("own.pem", linked.path().join("0a1b2c3d.0")).unwrap();
    std::fs::copy(proxy.certificate(), copied.path().join("own.pem")).unwrap();
    std::os::unix::fs::symlink("own.pem", copied.path().join("0a1b2c3d.0")).unwrap();
    for directory in [linked.path(), copied.path()] {
        let mut command = command(&LIST);
        behind(&mut command, &proxy, &server)
            .env_remove("SSL_CERT_FILE")
            .env("SSL_CERT_DIR", directory)
            .env("HTTPS_PROXY", proxy.url(""));
        succeeded(&command.output().unwrap());
    }
}

/// The results of these commands, and the number of the proxy's requests, behind a proxy with only
/// this response.
fn refused(status: u16, user: &str, commands: &[&[&str]]) -> String {
    let server = organization();
    let proxy = Proxy::start(&server.url()).refuses("", status);
    let mut told = String::new();
    for arguments in commands {
        let mut command = command(arguments);
        behind(&mut command, &proxy, &server).env("HTTPS_PROXY", proxy.url(user));
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
        assert!(!stderr(&output).contains("Pa55"), "{}", stderr(&output));
        told += &complaint(&output).replace(&proxy.url(""), "http://PROXY");
        told.push('\n');
    }
    // Each asks it once.
    assert_eq!(proxy.asked().len(), commands.len(), "{:?}", proxy.asked());
    told
}

const LOGIN: [&str; 4] = ["login", "--device", "--client-id", "some-application"];

#[test]
fn a_proxys_refusal_is_one_sentence_with_its_name_and_without_the_password() {
    let user = format!("ann:{PASSWORD}@");
    let all: [&[&str]; 4] = [&["check"], &LIST, &["verify"], &LOGIN];
    assert_snapshot!(refused(407, "", &all), @"
    error: nothing was sent to the organization: the proxy `http://PROXY` asks for a user and a password (407): add them to its URL
    error: nothing was sent to the organization: the proxy `http://PROXY` asks for a user and a password (407): add them to its URL
    error: nothing was sent to the organization: the proxy `http://PROXY` asks for a user and a password (407): add them to its URL
    error: no answer from `login.microsoftonline.com`: the proxy `http://PROXY` asks for a user and a password (407): add them to its URL
    ");
    assert_snapshot!(refused(407, &user, &[&LIST]), @"error: nothing was sent to the organization: the proxy `http://PROXY` does not accept the user and password in its URL (407)");
    assert_snapshot!(refused(403, &user, &all), @"
    error: nothing was sent to the organization: the proxy `http://PROXY` refuses to connect to `org12345.crm.dynamics.com:443` (403)
    error: nothing was sent to the organization: the proxy `http://PROXY` refuses to connect to `org12345.crm.dynamics.com:443` (403)
    error: nothing was sent to the organization: the proxy `http://PROXY` refuses to connect to `org12345.crm.dynamics.com:443` (403)
    error: no answer from `login.microsoftonline.com`: the proxy `http://PROXY` refuses to connect to `login.microsoftonline.com:443` (403)
    ");
    assert_snapshot!(refused(502, &user, &[&LOGIN]), @"error: no answer from `login.microsoftonline.com`: the proxy `http://PROXY` cannot connect to `login.microsoftonline.com:443` (502)");
}

#[test]
fn a_proxy_that_cannot_connect_for_a_moment_is_asked_again() {
    let server = organization();
    let proxy = Proxy::start(&server.url()).refuses_at_first("", 502, 1);
    succeeded(&behind(&mut command(&LIST), &proxy, &server).output().unwrap());
    assert_eq!(proxy.asked().len(), 2);
}

#[test]
fn a_proxy_that_allows_only_the_sign_in_is_named_too() {
    let server = organization();
    let proxy = Proxy::start(&server.url()).refuses(ORGANIZATION, 403);
    let mut command = command(&LIST);
    sign_in_as_client(behind(&mut command, &proxy, &server), &server);
    let complaint = complaint(&command.output().unwrap());
    assert_snapshot!(complaint.replace(&proxy.url(""), "http://PROXY"), @"error: nothing was sent to the organization: the proxy `http://PROXY` refuses to connect to `org12345.crm.dynamics.com:443` (403)");
}

#[test]
fn a_tool_of_mcp_says_what_the_proxy_refused() {
    let server = organization();
    let proxy = Proxy::start(&server.url()).refuses("", 403);
    let answer = tool_answer(&proxy, &server);
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    assert_snapshot!(text.replace(&proxy.url(""), "http://PROXY"), @r#"{"success":false,"error":"nothing was sent to the organization: the proxy `http://PROXY` refuses to connect to `org12345.crm.dynamics.com:443` (403)","failure":{"kind":"ended","advice":"tell the user; a repetition will not help","may_be_repeated":false,"change_may_stand":false}}"#);
}

#[test]
fn an_unreachable_proxy_is_named() {
    // A port that is bound but not listened on.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = command(&["login", "--device", "--client-id", "some-application"]);
    command.env("https_proxy", format!("http://ann:{PASSWORD}@{address}"));
    command.env("DYNAMICS365_INSTANCE_URL", ORGANIZATION);
    let complaint = complaint(&command.output().unwrap()).replace(&address, "PROXY");
    let (complaint, _) = complaint.split_once(" (os error ").unwrap();
    assert_snapshot!(complaint, @"error: no answer from `login.microsoftonline.com`: the proxy `http://PROXY` is not reached: Connection refused");
}

#[test]
fn a_certificate_of_an_unknown_authority_is_reported() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let mut command = command(&LIST);
    behind(&mut command, &proxy, &server).env_remove("SSL_CERT_FILE");
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert_snapshot!(complaint(&output), @"error: nothing was sent to the organization: the certificate of `org12345.crm.dynamics.com` is not accepted: UnknownIssuer (SSL_CERT_FILE names a file with the certificate of your own authority)");
}

#[test]
fn loopback_is_reached_without_the_proxy() {
    let server = organization();
    let proxy = Proxy::start(&server.url());
    let mut command = command(&LIST);
    behind(&mut command, &proxy, &server)
        .env("HTTP_PROXY", proxy.url(""))
        .env("ALL_PROXY", proxy.url(""))
        .env("DYNAMICS365_INSTANCE_URL", server.url());
    succeeded(&command.output().unwrap());
    assert_eq!(proxy.asked(), Vec::<String>::new());
}

#[test]
fn a_malformed_variable_is_named_without_the_password() {
    let server = organization();
    let nothing = tempfile::NamedTempFile::new().unwrap();
    let path = nothing.path().to_str().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().to_str().unwrap();
    for (name, value, said) in [
        (
            "HTTPS_PROXY",
            "socks5://ann:Pa55@proxy:1080",
            "HTTPS_PROXY names a proxy of another kind",
        ),
        ("all_proxy", "http://ann:Pa55@:port", "all_proxy is not the URL of a proxy"),
        ("SSL_CERT_FILE", "/no/such/Pa55.pem", "SSL_CERT_FILE: `/no/such/Pa55.pem` cannot be read"),
        ("SSL_CERT_FILE", path, "has no certificate in PEM"),
        ("SSL_CERT_DIR", empty, "has no file with a certificate in PEM"),
        ("SSL_CERT_DIR", path, "cannot be read"),
    ] {
        let mut command = command(&LIST);
        command
            .env("DYNAMICS365_INSTANCE_URL", server.url())
            .env("DYNAMICS365_ACCESS_TOKEN", server.dataverse().issue_token())
            .env(name, value);
        let complaint = complaint(&command.output().unwrap());
        assert!(complaint.contains(said), "{complaint}");
        assert!(!complaint.contains("ann:"), "{complaint}");
    }
    // Unneeded variables are not read.
    let mut simulated = command(&["check", "--simulator"]);
    succeeded(&simulated.env("HTTPS_PROXY", "socks5://proxy").output().unwrap());
    succeeded(&run(&["describe"]));
}
