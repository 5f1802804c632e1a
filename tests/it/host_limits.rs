//! The host enforces a component's limits and keeps running.

use std::time::Duration;

use dataverse_sim::{Fault, When};
use host_test::actions::FailureKind;
use host_test::{Error, Harness, Limits};

use crate::guests;
use crate::inputs::{account, accounts};

#[test]
fn stops_a_call_that_needs_too_much_memory() {
    let limits = Limits { memory: 4 << 20, ..Limits::default() };
    let host = Harness::new().with_limits(limits);
    host.sim().next(Fault::Oversized { bytes: 8 << 20 });
    assert_eq!(host.try_invoke("list_accounts", "{}"), Err(Error::Memory(4 << 20)));
    host.list_accounts(&accounts()).unwrap();
}

#[test]
fn stops_a_component_that_allocates_all_memory() {
    let host = Harness::new().with_component(&guests::that_allocates_all_memory());
    let limit = Limits::default().memory;
    assert_eq!(host.try_invoke("list_accounts", "{}"), Err(Error::Memory(limit)));
}

#[test]
fn stops_a_call_that_waits_forever() {
    let time = Duration::from_secs(5);
    let host = Harness::new().with_limits(Limits { time, ..Limits::default() });
    host.sim().always(Fault::StalledBeforeFirstByte(When::BeforeCommit));
    assert_eq!(host.try_invoke("list_accounts", "{}"), Err(Error::Time(time)));
    assert_eq!(host.elapsed().as_secs(), 5);
    host.sim().forget_faults();
    host.list_accounts(&accounts()).unwrap();
}

#[test]
fn stops_a_component_that_computes_forever() {
    let computing = Duration::from_millis(50);
    let limits = Limits { computing, ..Limits::default() };
    let host = Harness::new().with_component(&guests::that_never_ends()).with_limits(limits);
    assert_eq!(host.try_invoke("list_accounts", "{}"), Err(Error::Computing(computing)));
}

#[test]
fn continues_after_a_trap() {
    let host = Harness::new().with_component(&guests::that_traps());
    for _ in 0..2 {
        let Err(Error::Trap(reason)) = host.try_invoke("list_accounts", "{}") else {
            panic!("no trap");
        };
        assert_eq!(reason, "wasm trap: wasm `unreachable` instruction executed");
    }
}

#[test]
fn blocks_requests_to_an_authority_that_is_not_on_its_list() {
    let host = Harness::new().with_only(&["login.microsoftonline.com"]);
    let failure = host.get_account(&account(0)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::FixSettings, "{failure:?}");
    assert_eq!(host.requests(), 0);
}

#[test]
fn reports_the_memory_of_a_call() {
    let measured = Harness::new().try_invoke("list_accounts", "{}").unwrap();
    assert!(measured.peak_memory > 0);
    assert!(measured.peak_memory < 4 << 20, "{} bytes", measured.peak_memory);
}
