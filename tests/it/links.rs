//! The documentation refers only to existing things: relative links and their anchors, the files in
//! ARCHITECTURE.md, and its number of dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::support::repository_files;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn events(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_GFM)
}

/// The targets of a document's links and images.
fn links(text: &str) -> Vec<String> {
    events(text)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.into_string())
            }
            _ => None,
        })
        .collect()
}

/// The anchors that GitHub gives a document's headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut times = BTreeMap::new();
    let mut heading: Option<String> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap());
                let before = times.entry(slug.clone()).and_modify(|times| *times += 1).or_insert(0);
                anchors.insert(if *before == 0 { slug } else { format!("{slug}-{before}") });
            }
            _ => {}
        }
    }
    anchors
}

/// `Hosts that cannot supply `secrets`` is `hosts-that-cannot-supply-secrets`.
fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The error in a link of this document, if any.
fn broken(document: &Path, text: &str, link: &str) -> Option<&'static str> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => document.to_owned(),
        path => document.parent().unwrap().join(path),
    };
    if !target.exists() {
        return Some("no such file");
    }
    if anchor.is_empty() {
        return None;
    }
    let there = if path.is_empty() { text.to_owned() } else { fs::read_to_string(&target).ok()? };
    (!anchors(&there).contains(anchor)).then_some("no such heading")
}

#[test]
fn lead_to_files_and_headings_that_exist() {
    let documents = repository_files(&["md"]);
    assert!(documents.contains(&root().join("README.md")), "{documents:?}");
    let mut wrong = Vec::new();
    let mut relative = 0;
    for document in &documents {
        let text = fs::read_to_string(document).unwrap();
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            relative += 1;
            if let Some(reason) = broken(document, &text, &link) {
                let document = document.strip_prefix(root()).unwrap();
                wrong.push(format!("{}: {link}: {reason}", document.display()));
            }
        }
    }
    assert!(relative > 40, "only {relative} links were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn anchors_match_github() {
    let text = "# It's `secrets`, 2 of them\n\n## Same\n\n## Same\n\n```\n# No heading\n```\n";
    let expected = ["its-secrets-2-of-them", "same", "same-1"];
    assert_eq!(anchors(text).iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// The paths in backticks.
fn named_paths(text: &str) -> Vec<String> {
    let is_path = |code: &str| {
        code.contains('/') && code.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
    };
    let codes = events(text).filter_map(|event| match event {
        Event::Code(code) => Some(code.into_string()),
        _ => None,
    });
    codes.filter(|code| is_path(code)).collect()
}

#[test]
fn the_architecture_names_files_that_exist() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let named = named_paths(&text);
    assert!(named.len() > 30, "{named:?}");
    let missing: Vec<_> = named.iter().filter(|path| !root().join(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_walk_names_each_file_once() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, walk) = text.split_once("\n## A stranger's walk\n").unwrap();
    let (walk, _) = walk.split_once("\n## ").unwrap();
    let mut seen = BTreeSet::new();
    let twice: Vec<_> =
        named_paths(walk).into_iter().filter(|path| !seen.insert(path.clone())).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(seen.contains("src/actions/search_accounts.rs") && seen.len() > 20, "{seen:?}");
}

/// The number of `host-test`'s dependencies from outside this repository.
fn dependencies_of_the_host() -> usize {
    let manifest = fs::read_to_string(root().join("host-test/Cargo.toml")).unwrap();
    let (_, section) = manifest.split_once(".dependencies]\n").unwrap();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    lines.filter(|line| line.contains(" = ") && !line.contains("path = ")).count()
}

#[test]
fn give_the_hosts_number_of_dependencies() {
    let text = fs::read_to_string(root().join("docs/building.md")).unwrap();
    let said = format!("has {} dependencies", dependencies_of_the_host());
    assert!(text.contains(&said), "docs/building.md does not say that `host-test` {said}");
}
