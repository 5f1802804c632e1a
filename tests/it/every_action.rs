//! Properties of every action in `wit/actions.wit`.

use std::fs;
use std::path::{Path, PathBuf};

use host_test::Harness;
use wit_parser::Resolve;

use crate::inputs::least_inputs;

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap_or_default()
}

/// The names of the actions in the WIT, with `_` for `-`.
fn actions() -> Vec<String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(file("wit")).unwrap();
    let interface = resolve.packages[package].interfaces["actions"];
    let functions = &resolve.interfaces[interface].functions;
    functions.keys().map(|name| name.replace('-', "_")).collect()
}

/// The missing parts of a text, one per line.
fn missing(what: impl Fn(&str) -> Vec<(bool, String)>) -> String {
    let actions = actions();
    assert!(actions.len() >= 11, "the WIT has only {actions:?}");
    let wanted = actions.iter().flat_map(|action| what(action));
    wanted.filter(|(there, _)| !there).map(|(_, name)| name + "\n").collect()
}

#[test]
fn has_a_module_that_names_its_requests_and_their_documentation() {
    let missing = missing(|action| {
        let path = format!("src/actions/{action}.rs");
        let module = text(&path);
        let header: String = module
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect::<Vec<_>>()
            .join("\n");
        let asks = ["`GET ", "`POST ", "`PATCH "].iter().any(|method| header.contains(method));
        vec![
            (asks, format!("{path}: no method and path in backticks in its header")),
            (
                header.contains("https://learn.microsoft.com/"),
                format!("{path}: no link to Microsoft's documentation in its header"),
            ),
        ]
    });
    assert_eq!(missing, "");
}

#[test]
fn has_scenarios() {
    let main = text("tests/it/main.rs");
    let missing = missing(|action| {
        let path = format!("tests/it/{action}.rs");
        vec![
            (text(&path).contains("#[test]"), format!("{path}: no scenario")),
            (
                main.lines().any(|line| line == format!("mod {action};")),
                format!("tests/it/main.rs: no `mod {action};`"),
            ),
        ]
    });
    assert_eq!(missing, "");
}

#[test]
fn has_a_row_in_the_readme() {
    let readme = text("README.md");
    let missing = missing(|action| {
        let kebab = action.replace('_', "-");
        let has_row = readme.lines().any(|line| {
            line.starts_with(&format!("| `{action}` |")) && line.contains(&format!("`{kebab}`"))
        });
        vec![(has_row, format!("README.md: no row `{action}`"))]
    });
    assert_eq!(missing, "");
}

#[test]
fn is_in_the_manifest() {
    let manifest = Harness::new().describe();
    let described = manifest["actions"].as_array().unwrap();
    let described: Vec<_> =
        described.iter().map(|action| action["name"].as_str().unwrap()).collect();
    assert_eq!(described, actions());
}

#[test]
fn succeeds_with_its_minimal_input() {
    let inputs = least_inputs(&Harness::new());
    let names: Vec<_> = inputs.iter().map(|(action, _)| *action).collect();
    assert_eq!(names, actions());
    for (action, input) in inputs {
        let host = Harness::new();
        let answer = host.invoke(action, input);
        assert_eq!(answer["success"], true, "{action}: {answer}\n{}", host.journal());
    }
}
