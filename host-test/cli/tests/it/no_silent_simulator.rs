//! A command meant for an organization never uses the simulator unless told to.

use std::process::Output;

use crate::support::cli::{command, complaint, run, stderr, stdout};

const CREATE: [&str; 10] = [
    "call",
    "create_appointment",
    "--subject",
    "Demo",
    "--scheduledstart",
    "2026-12-10T09:00:00Z",
    "--scheduledend",
    "2026-12-10T10:00:00Z",
    "--required-attendee-email",
    "ann.baker@contoso.com",
];

/// Commands meant for an organization: an action that reads, one that writes, `check` and `mcp`.
const COMMANDS: [&[&str]; 4] = [&["call", "list_accounts"], &CREATE, &["check"], &["mcp"]];

fn with(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    command(arguments).envs(variables.iter().copied()).output().unwrap()
}

fn refused(output: &Output, said: &str, context: &[&str]) {
    let complaint = complaint(output);
    assert!(complaint.contains(said), "{context:?}: {complaint}");
    assert_eq!((output.status.code(), stdout(output).as_str()), (Some(1), ""), "{context:?}");
    assert!(!stderr(output).contains("simulator,"), "{context:?}");
}

#[test]
fn a_misspelt_setting_is_refused_with_the_likely_one() {
    for arguments in COMMANDS.iter().chain(&[&["login"][..]]) {
        for (wrong, likely) in [
            ("DYNAMICS365_INSTANCE", "DYNAMICS365_INSTANCE_URL"),
            ("DYNAMICS365_TENANT", "DYNAMICS365_TENANT_ID"),
            ("dynamics365_access_token", "DYNAMICS365_ACCESS_TOKEN"),
        ] {
            let output = with(
                arguments,
                &[
                    (wrong, "org12345.crm.dynamics.com"),
                    ("DYNAMICS365_CLIENT_ID", "app"),
                    ("DYNAMICS365_CLIENT_SECRET", "hush-hush"),
                ],
            );
            let said = format!("{wrong} is not a setting of this program (did you mean {likely}?)");
            refused(&output, &said, arguments);
            assert!(!stderr(&output).contains("hush-hush"));
        }
    }
}

#[test]
fn settings_without_an_organization_are_refused() {
    for arguments in COMMANDS {
        for name in host_test::SECRET_NAMES.iter().filter(|name| **name != "instance_url") {
            let variable = format!("DYNAMICS365_{}", name.to_uppercase());
            let output = with(arguments, &[(&variable, "hush-hush")]);
            let said =
                format!("Cannot sign in: DYNAMICS365_INSTANCE_URL is not set (set: {variable});");
            refused(&output, &said, arguments);
            assert!(!stderr(&output).contains("hush-hush"));
        }
    }
}

#[test]
fn missing_credentials_are_named_as_the_user_sets_them() {
    let url = ("DYNAMICS365_INSTANCE_URL", "org12345.crm.dynamics.com");
    for arguments in COMMANDS {
        let output = with(
            arguments,
            &[url, ("DYNAMICS365_CLIENT_ID", "app"), ("DYNAMICS365_CLIENT_SECRET", "hush-hush")],
        );
        let said = "error: Cannot sign in: DYNAMICS365_TENANT_ID is not set (set: DYNAMICS365_INSTANCE_URL, \
                    DYNAMICS365_CLIENT_ID, DYNAMICS365_CLIENT_SECRET); set what is missing, or sign in as a person with \
                    `dynamics365-sales login`";
        refused(&output, said, arguments);
        let output = with(arguments, &[url]);
        let said = "Cannot sign in: neither DYNAMICS365_ACCESS_TOKEN nor DYNAMICS365_TENANT_ID, \
                    DYNAMICS365_CLIENT_ID and DYNAMICS365_CLIENT_SECRET are set (set: DYNAMICS365_INSTANCE_URL)";
        refused(&output, said, arguments);
    }
}

#[test]
fn writes_and_check_and_mcp_need_an_organization_or_the_flag() {
    for arguments in [&CREATE[..], &["check"], &["mcp"]] {
        refused(&run(arguments), "error: no organization: set DYNAMICS365_INSTANCE_URL", arguments);
        let account = dataverse_sim::Seed::account(1).to_string();
        let mut told = [arguments, &["--simulator"]].concat();
        if arguments == CREATE {
            told.extend(["--regarding-account-id", &account]);
        }
        let output = run(&told);
        assert_eq!(output.status.code(), Some(0), "{told:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("organization: the built-in simulator"), "{told:?}");
    }
}

#[test]
fn the_simulator_flag_works_before_or_after_a_command_in_any_environment() {
    for arguments in [
        &["--simulator", "call", "list_accounts"][..],
        &["call", "--simulator", "list_accounts"],
        &["call", "list_accounts", "--simulator"],
        &["call", "list_accounts", "{}", "--simulator"],
    ] {
        let output = with(
            arguments,
            &[
                ("DYNAMICS365_INSTANCE_URL", "org12345.crm.dynamics.com"),
                ("DYNAMICS365_CLIENT_SECRET", "hush-hush"),
            ],
        );
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).starts_with("organization: the built-in simulator"));
    }
}

#[test]
fn reads_and_the_tour_print_their_organization_to_stderr() {
    for arguments in [&["call", "list_accounts"][..], &[]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0));
        let said = stderr(&output);
        assert!(said.contains("organization: the built-in simulator"), "{arguments:?}: {said}");
    }
}
