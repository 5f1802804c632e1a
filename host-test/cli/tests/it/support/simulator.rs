//! The simulator behind a socket, and commands against it as the organization of the environment.

use std::process::Command;

use dataverse_sim::{Clock, Dataverse, Seed, Server, World};

use super::cli::command;

/// The simulator with the default rows, and a token for it.
pub(crate) fn simulator() -> (Server, String) {
    let mut world = World::new(&Seed::default());
    world.clock = Clock::System;
    let mut dataverse = Dataverse::new(world);
    let token = dataverse.issue_token();
    (Server::start(dataverse, 0).unwrap(), token)
}

/// A command against a simulator of its own, with a token.
pub(crate) fn organization(arguments: &[&str]) -> (Server, Command) {
    let (server, token) = simulator();
    let mut command = command(arguments);
    command.env("DYNAMICS365_INSTANCE_URL", server.url()).env("DYNAMICS365_ACCESS_TOKEN", token);
    (server, command)
}

/// Lets the command sign in with the simulator's client credentials, without a token.
pub(crate) fn sign_in_as_client<'a>(command: &'a mut Command, server: &Server) -> &'a mut Command {
    let dataverse = server.dataverse();
    let client = dataverse.client();
    command
        .env_remove("DYNAMICS365_ACCESS_TOKEN")
        .env("DYNAMICS365_TENANT_ID", &client.tenant_id)
        .env("DYNAMICS365_CLIENT_ID", &client.client_id)
        .env("DYNAMICS365_CLIENT_SECRET", &client.client_secret)
}
