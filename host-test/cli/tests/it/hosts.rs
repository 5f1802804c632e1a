//! The connector in third-party hosts: runs the pages of `hosts/` as printed, against the simulator
//! on a socket.
//!
//! If a host is not installed, its test prints a note and does nothing; with
//! `DYNAMICS365_HOSTS=required` in the environment, as in `.ci/run`, it fails. `.ci/install-hosts`
//! installs the hosts.

mod obelisk;
mod page;
mod simulator;
mod wasmcloud;

use crate::support::installed;
use page::Page;

#[test]
fn runs_every_action_from_the_wasmtime_command_line() {
    let page = Page::new(include_str!("../../../../hosts/wasmtime/README.md"));
    let actions = include_str!("../../../../wit/actions.wit").lines().filter_map(|line| {
        let (name, rest) = line.trim().split_once(": func(")?;
        rest.contains("result<").then_some(name)
    });
    let shown = |action: &&str| page.text.contains(&format!("d365 '{action}("));
    assert_eq!(actions.clone().count(), 11);
    assert_eq!(actions.filter(|action| !shown(action)).collect::<Vec<_>>(), [""; 0]);
    if let Some(wasmtime) = installed::wasmtime() {
        page.run(&[wasmtime]);
    }
}

#[test]
fn runs_the_python_program() {
    if let Some(python) = installed::python() {
        Page::new(include_str!("../../../../hosts/python/README.md")).run(&[python]);
    }
}

#[test]
fn runs_the_node_program() {
    if let Some(node) = installed::node() {
        Page::new(include_str!("../../../../hosts/node/README.md"))
            .with_node_modules(node)
            .run(&[]);
    }
}

/// The installed versions are those of the pages.
#[test]
fn installs_the_versions_that_the_pages_name() {
    let script = include_str!("../../../../.ci/install-hosts");
    let package = include_str!("../../../../hosts/node/package.json");
    for (page, pinned, place) in [
        (include_str!("../../../../hosts/wasmtime/README.md"), "--version 48.0.8", script),
        (include_str!("../../../../hosts/python/README.md"), "wasmtime==50.0.1", script),
        (include_str!("../../../../hosts/node/README.md"), "1.35.0", package),
    ] {
        assert!(page.contains(pinned) && place.contains(pinned), "{pinned}");
    }
}
