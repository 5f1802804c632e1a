//! Serves a Dataverse organization on the loopback address for any client: `cargo run -p
//! dataverse-sim --example serve -- PORT ACCOUNTS CONTACTS APPOINTMENTS`. Every argument is
//! optional: port 0 takes any free port, and the sizes default to those of `Seed::default()`. It
//! runs until its input ends or it is interrupted. With `--listen ADDRESS:PORT` as the first
//! arguments it listens on that address, with the control interface, until it is interrupted.
#![cfg_attr(target_arch = "wasm32", no_main)]
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::print_stdout, reason = "an example prints to the terminal")]

use std::error::Error;
use std::io::Read;

use dataverse_sim::{Clock, Dataverse, Seed, Server, Serving, World};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let listen = match words.first().map(String::as_str) {
        Some("--listen") => {
            let address = words.get(1).ok_or("--listen needs ADDRESS:PORT")?.parse()?;
            words.drain(..2);
            // The same form as a port argument.
            words.insert(0, "0".to_owned());
            Some(address)
        }
        _ => None,
    };
    let numbers: Vec<usize> = words.iter().map(|word| word.parse()).collect::<Result<_, _>>()?;
    let number = |at: usize, otherwise| numbers.get(at).copied().unwrap_or(otherwise);
    let small = Seed::default();
    let seed = Seed {
        accounts: number(1, small.accounts),
        contacts: number(2, small.contacts),
        appointments: number(3, small.appointments),
        ..small
    };

    let mut world = World::new(&seed);
    world.clock = Clock::System;
    let mut dataverse = Dataverse::new(world);
    let (token, refresh) = (dataverse.issue_token(), dataverse.issue_refresh_token());
    let client = dataverse.client();
    let server = match listen {
        Some(address) => {
            Server::serve(dataverse, Serving { address, controlled: true, log: None })?
        }
        None => Server::start(dataverse, u16::try_from(number(0, 0))?)?,
    };
    let url = server.url();
    println!("organization   {url}");
    println!("token endpoint {url}/{}/oauth2/v2.0/token", client.tenant_id);
    println!("token          {token}");
    println!("refresh token  {refresh}");
    println!("tenant         {}", client.tenant_id);
    println!("client id      {}", client.client_id);
    println!("client secret  {}", client.client_secret);

    while listen.is_some() {
        std::thread::park();
    }
    // The end of the input means that the parent process is gone.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    server.stop();
    Ok(())
}
