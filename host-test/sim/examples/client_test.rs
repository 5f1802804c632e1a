//! A client's test: an organization in process, a queued fault, and checks of the stored rows and
//! the requests received. `cargo run -p dataverse-sim --example client_test`
#![cfg_attr(target_arch = "wasm32", no_main)]
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::print_stdout, reason = "an example prints to the terminal")]

use std::error::Error;

use bytes::Bytes;
use dataverse_sim::{Dataverse, World};
use http::Request;

/// The client under test: it creates an account, and retries when it is throttled.
fn create(dataverse: &mut Dataverse, token: &str, name: &str) -> Result<u16, http::Error> {
    for _ in 0..3 {
        let request = Request::post("https://contoso.crm.dynamics.com/api/data/v9.2/accounts")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Bytes::from(format!("{{\"name\": \"{name}\"}}")))?;
        let response = dataverse.handle(request);
        if response.status() != 429 {
            return Ok(response.status().as_u16());
        }
    }
    Ok(429)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut dataverse = Dataverse::new(World::default());
    let token = dataverse.issue_token();
    let before = dataverse.world.count("account");
    dataverse.tell_by_text("POST accounts=429:2")?;

    let status = create(&mut dataverse, &token, "Fabrikam")?;

    assert_eq!(status, 204);
    assert_eq!(dataverse.world.count("account"), before + 1);
    let statuses: Vec<_> = dataverse.journal().iter().filter_map(|entry| entry.status).collect();
    assert_eq!(statuses, [429, 429, 204]);
    println!("{}", dataverse.journal());
    Ok(())
}

#[test]
fn a_throttled_client_creates_one_account() -> Result<(), Box<dyn Error>> {
    main()
}
