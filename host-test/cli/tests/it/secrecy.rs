//! The command line shows no secret, whatever a server echoes: on neither stream, and whether or
//! not the command fails.

use crate::support::cli::{command, complaint, stderr, stdout};
use crate::support::simulator::simulator;
use dataverse_sim::{Clock, Dataverse, Fault, Seed, Server, World};

const SECRET: &str = "pR8Q~the-apps-own-secret-4711";
const TOKEN: &str = "eyJ0eXAi.PLANTED-TOKEN-9f3b7c1e5d2a4860.c2lnbmF0dXJl";

/// Whether the output of a command contains either secret.
fn leaks(output: &std::process::Output) -> bool {
    let said = stdout(output) + &stderr(output);
    said.contains("apps-own-secret") || said.contains("PLANTED-TOKEN")
}

#[test]
fn a_failing_command_shows_no_echoed_secret() {
    let mut world = World::new(&Seed::default());
    world.clock = Clock::System;
    let server = Server::start(Dataverse::new(world), 0).unwrap();
    let account = Seed::account(0).to_string();
    for (arguments, method, resource) in [
        (
            vec!["call", "get_account", "--json", "--account-id", account.as_str()],
            "GET",
            "accounts",
        ),
        (
            vec!["call", "get_account", "--table", "--account-id", account.as_str()],
            "GET",
            "accounts",
        ),
        (vec!["check"], "GET", "WhoAmI"),
        (vec!["check"], "POST", "token"),
    ] {
        // A sign-in service that refuses has issued no token.
        let body = match resource {
            "token" => {
                format!(
                    "{{\"error\":\"invalid_grant\",\"error_description\":\"no good: {SECRET}\"}}"
                )
            }
            _ => format!(
                "{{\"error\":{{\"code\":\"0x1\",\"message\":\"no good: {SECRET} {TOKEN}\"}}}}"
            ),
        };
        let signs_in = format!("{{\"access_token\":\"{TOKEN}\",\"expires_in\":3599}}");
        {
            let mut dataverse = server.dataverse();
            if resource != "token" {
                dataverse.next_for("POST", "token", Fault::answer(200, signs_in));
            }
            dataverse.next_for(method, resource, Fault::answer(400, body));
        }
        let mut command = command(&arguments);
        command.env("DYNAMICS365_INSTANCE_URL", server.url());
        command.env("DYNAMICS365_CLIENT_ID", "the-app").env("DYNAMICS365_TENANT_ID", "contoso.com");
        command.env("DYNAMICS365_CLIENT_SECRET", SECRET);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(!leaks(&output), "{arguments:?}: {} {}", stdout(&output), complaint(&output));
        assert!((stdout(&output) + &stderr(&output)).contains("no good"), "{arguments:?}");
    }
}

#[test]
fn a_successful_command_shows_no_secret() {
    let (server, token) = simulator();
    for arguments in [
        vec!["check"],
        vec!["call", "list_accounts", "--json"],
        vec!["call", "list_accounts", "--table"],
    ] {
        let mut command = command(&arguments);
        command.env("DYNAMICS365_INSTANCE_URL", server.url());
        command.env("DYNAMICS365_ACCESS_TOKEN", &token).env("DYNAMICS365_CLIENT_SECRET", SECRET);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        assert!(!leaks(&output) && !(stdout(&output) + &stderr(&output)).contains(&token));
    }
}
