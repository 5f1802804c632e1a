//! Ctrl-C while rows are there that a verification has made: a signal, as a terminal sends it.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use dataverse_sim::{Clock, Dataverse, Seed, Server, World};

use super::directory;
use crate::support::cli::{command_in, stderr, stdout};
use crate::support::process::wait_for;

/// How many rows there are of what a verification makes.
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
    // The run then lasts long enough to be interrupted.
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
    // Nothing is remembered that would have to be removed later.
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
    // What was not tried is not said to agree.
    assert!(stdout(&output).contains("not tried"), "{}", stdout(&output));
    assert!(said.ends_with("error: stopped before everything was tried\n"), "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
}
