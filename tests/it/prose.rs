//! The wording and the width of comments and documentation.

use std::fs;
use std::path::Path;

use crate::support::repository_files;

/// The widest comment line, as in `rustfmt.toml`, and the widest line of a Markdown paragraph.
const WIDTH: usize = 100;

/// Phrases that read like a translation, and what to write instead.
const PHRASES: [(&str, &str); 13] = [
    ("anew", "again"),
    ("as it came", "unchanged"),
    ("as they came", "unchanged"),
    ("for ever", "forever"),
    ("in the place of", "in place of"),
    ("in vain", "wasted"),
    ("is to be", "must be"),
    ("are to be", "must be"),
    ("one to whom", "the person who"),
    ("so many", "this many"),
    ("that there is", "that … exists"),
    ("that there are", "that … exist"),
    ("what is there", "the content"),
];

/// Files with the phrases on purpose, from another project, or with the lines of `bench`.
const EXCEPT: [&str; 3] = ["prose.rs", "store.wit", "measured.md"];

/// A file, line by line, as far as it is prose: the indent with the comment mark, and the text.
fn prose(path: &Path, text: &str) -> Vec<(usize, String, String)> {
    let markdown = path.extension().is_some_and(|extension| extension == "md");
    let marks: &[&str] = match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs" | "wit" | "js") => &["///", "//!", "//", "/**"],
        Some("toml" | "yaml" | "yml") => &["#"],
        _ => &[""],
    };
    let mut fenced = false;
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let Some(mark) = marks.iter().find(|mark| code.starts_with(*mark)) else {
            fenced = false;
            continue;
        };
        let body = code[mark.len()..].trim();
        let is_table_or_heading = body.starts_with(['|', '<']) || markdown && body.starts_with('#');
        if body.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && !is_table_or_heading {
            lines.push((at + 1, line.to_owned(), body.to_owned()));
        }
    }
    lines
}

/// Whether a line has a space at which it could be broken.
fn can_be_broken(body: &str) -> bool {
    let item = body.trim_start_matches(|c: char| c.is_ascii_digit() || "-*.> ".contains(c));
    let is_link_definition = item.starts_with('[') && item.contains("]: ");
    item.contains(' ') && !is_link_definition
}

/// The lines that are too wide, as `file:line`.
fn too_wide(path: &Path, text: &str) -> Vec<String> {
    prose(path, text)
        .into_iter()
        .filter(|(_, line, body)| line.chars().count() > WIDTH && can_be_broken(body))
        .map(|(at, line, _)| format!("{}:{at}: {line}", path.display()))
        .collect()
}

/// The phrases in a text, wherever its lines break, as `file: phrase`.
fn phrases(path: &Path, text: &str) -> Vec<String> {
    let words = |line: &str| {
        let line = line.trim_start().trim_start_matches(['/', '!', '#']).to_lowercase();
        line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).fold(
            String::new(),
            |mut words, word| {
                words.push_str(word);
                words.push(' ');
                words
            },
        )
    };
    let words = format!(" {}", text.lines().map(words).collect::<String>());
    PHRASES
        .iter()
        .filter(|(phrase, _)| words.contains(&format!(" {phrase} ")))
        .map(|(phrase, better)| format!("{}: `{phrase}` (write `{better}`)", path.display()))
        .collect()
}

fn found(check: fn(&Path, &str) -> Vec<String>, extensions: &[&str]) -> String {
    let mut found = Vec::new();
    for path in repository_files(extensions) {
        if !EXCEPT.iter().any(|name| path.ends_with(name)) {
            found.extend(check(&path, &fs::read_to_string(&path).unwrap()));
        }
    }
    found.join("\n")
}

#[test]
fn comments_and_paragraphs_are_at_most_100_characters_wide() {
    assert_eq!(found(too_wide, &["js", "md", "rs", "toml", "wit", "yaml"]), "");
}

#[test]
fn avoids_phrases_that_read_like_a_translation() {
    assert_eq!(found(phrases, &["html", "js", "md", "rs", "toml", "wit", "yaml"]), "");
}

#[test]
fn finds_a_phrase_across_lines_and_a_line_that_is_too_wide() {
    let path = Path::new("x.rs");
    assert_eq!(phrases(path, "/// The rows, AS\n    /// they came.").len(), 1);
    assert_eq!(phrases(path, "/// Asked so manyfold, forever.").len(), 0);
    let wide = format!("    /// {}", "word ".repeat(25));
    assert_eq!(too_wide(path, &wide).len(), 1);
    assert_eq!(too_wide(path, &format!("/// | {} |", "word ".repeat(25))).len(), 0);
    assert_eq!(too_wide(path, &format!("/// [x]: https://{}", "x".repeat(120))).len(), 0);
}
