//! Ctrl-C while a verification's rows exist: the signal that a terminal sends.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use dataverse_sim::{Clock, Dataverse, Seed, Server, World};

use super::directory;
use crate::support::cli::{command_in, stderr, stdout};
use crate::support::process::wait_for;

/// The number of rows created by a verification.
fn rows(server: &Server) -> usize {
    let dataverse = server.dataverse();
    ["account", "appointment", "contact", "task"]
        .into_iter()
        .map(|table| dataverse.world.rows(table).count())
        .sum()
}

#[test]
fn ctrl_c_removes_what_was_made() {
    let directory = directory("interrupted");
    let mut world = World::new(&Seed::default());
    world.clock = Clock::System;
    // Slow enough for an interruption in the middle.
    world.settings.latency = Duration::from_millis(10);
    let server = Server::start(Dataverse::new(world), 0).unwrap();
    let before = rows(&server);
    let token = server.dataverse().issue_token();
    let child = command_in(&directory, &["verify", "--write"])
        .env("DYNAMICS365_INSTANCE_URL", server.url())
        .env("DYNAMICS365_ACCESS_TOKEN", token)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for("a row of the verification", || (rows(&server) > before).then_some(()));
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let output = child.wait_with_output().unwrap();
    let said = stderr(&output);
    assert!(said.contains("stopping and removing everything this run created"), "{said}");
    assert!(said.contains("\nremoved "), "{said}");
    assert_eq!(rows(&server), before, "{said}");
    // The journal has nothing left to remove later.
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
    // Untested assumptions do not count as agreeing.
    assert!(stdout(&output).contains("not tried"), "{}", stdout(&output));
    assert!(said.ends_with("error: stopped before everything was tried\n"), "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
}
