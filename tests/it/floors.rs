//! The order of modules: a module imports only from modules listed before it in its `lib.rs`, and
//! the modules of one group (a parent and its children) have no import cycles, direct or indirect.
//! `#[cfg(test)]` code may import anything.

mod circle;
mod package;
mod paths;

use std::collections::BTreeMap;
use std::path::Path;

use circle::circle;
use package::{Import, Package};

/// The packages with ordered modules: the folder of each one's `lib.rs`.
const PACKAGES: [&str; 7] = [
    "src",
    "component/src",
    "gateway/src",
    "host-test/src",
    "host-test/cli/src",
    "host-test/sim/src",
    "host-test/verify/src",
];

/// Intended recursion, by group, importing and imported module: each parses parts of the other.
const RECURSION: [(&str, &str, &str); 1] =
    [("host-test/sim/src/query/filter", "function", "parser")];

#[test]
fn every_module_imports_only_from_modules_before_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let faults: Vec<String> = PACKAGES
        .iter()
        .flat_map(|folder| {
            let sources = package::sources(&root.join(folder), folder);
            assert!(sources.len() > 1, "`{folder}` has no modules");
            faults(folder, &sources)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The errors of a package with these sources, one sentence each.
fn faults(folder: &str, sources: &BTreeMap<String, String>) -> Vec<String> {
    let package = Package::parse(folder, sources);
    let unread = sources.keys().filter(|file| !package.files.contains(*file));
    let mut faults: Vec<String> =
        unread.map(|file| format!("`{file}` is in no module of `{folder}/lib.rs`")).collect();
    let mut imports = package.imports();
    imports.retain(|import| {
        !RECURSION.contains(&(import.room.as_str(), import.from.as_str(), import.to.as_str()))
    });
    assert!(!imports.is_empty(), "`{folder}` has no imports between modules");
    let floor = |name: &str| package.floors.iter().position(|floor| floor == name);
    for import in imports.iter().filter(|import| import.room.is_empty()) {
        if floor(&import.from) < floor(&import.to) {
            faults.push(format!(
                "`{}` imports `{}`, but `{}` stands on a floor above `{}` (see `{folder}/lib.rs`)",
                import.file, import.path, import.to, import.from
            ));
        }
    }
    let mut rooms: BTreeMap<&str, Vec<&Import>> = BTreeMap::new();
    for import in imports.iter().filter(|import| !import.room.is_empty()) {
        rooms.entry(&import.room).or_default().push(import);
    }
    for (room, imports) in rooms {
        if let Some(circle) = circle(&imports) {
            let steps: Vec<String> = circle
                .iter()
                .map(|import| format!("`{}` imports `{}`", import.file, import.path))
                .collect();
            faults.push(format!("modules of `{room}` import in a circle: {}", steps.join(", ")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(sources: &[(&str, &str)]) -> String {
        let sources =
            sources.iter().map(|(file, text)| (format!("src/{file}"), (*text).to_owned()));
        faults("src", &sources.collect()).join("\n")
    }

    const LIB: (&str, &str) = ("lib.rs", "mod low;\nmod high;");

    #[test]
    fn allows_an_import_from_a_module_before() {
        let found =
            faults_of(&[LIB, ("low.rs", "pub fn f() {}"), ("high.rs", "use crate::low::f;")]);
        assert_eq!(found, "");
    }

    #[test]
    fn finds_an_import_from_a_later_module_anywhere() {
        for text in [
            "use crate::high::f;",
            "use crate::{high::{f as g}};",
            "fn g() { crate::high::f() }",
            "fn g() { super::high::f() }",
            "fn g() { assert!(true, crate::high::f()) }",
            "fn g(_: impl Fn() -> Vec<crate::high::T>) {}",
            "mod inner { use super::super::high::f; }",
            "macro_rules! m { () => { $crate::high::f() } }",
        ] {
            let found = faults_of(&[LIB, ("low.rs", text), ("high.rs", "use crate::low::x;")]);
            assert!(found.contains("`high` stands on a floor above `low`"), "{text}: {found}");
        }
    }

    #[test]
    fn finds_an_import_from_a_later_module_through_another_name() {
        let lib = ("lib.rs", "mod low;\nmod high;\nuse high::Thing;");
        let found =
            faults_of(&[lib, ("low.rs", "use crate::Thing;"), ("high.rs", "use crate::low::x;")]);
        assert!(found.contains("`high` stands on a floor above `low`"), "{found}");
    }

    #[test]
    fn spares_tests() {
        let low =
            "#[cfg(test)] use crate::high::f;\n#[cfg(test)] mod tests { use crate::high::f; }";
        assert_eq!(faults_of(&[LIB, ("low.rs", low), ("high.rs", "use crate::low::x;")]), "");
    }

    #[test]
    fn finds_a_cycle_in_a_group_through_its_parents_names() {
        let room = [
            ("lib.rs", "mod room;"),
            ("room.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\npub use b::B;"),
            ("room/a.rs", "use super::B;"),
            ("room/b.rs", "use super::c::C;"),
            ("room/c.rs", "use crate::room::A;"),
        ];
        let found = faults_of(&room);
        assert!(found.starts_with("modules of `src/room` import in a circle: "), "{found}");
        for file in ["room/a.rs", "room/b.rs", "room/c.rs"] {
            assert!(found.contains(file), "{found}");
        }
        let mut open = room;
        open[4].1 = "pub struct C;";
        assert_eq!(faults_of(&open), "");
    }

    #[test]
    fn finds_a_file_without_a_module() {
        let found = faults_of(&[
            LIB,
            ("low.rs", ""),
            ("high.rs", "use crate::low::x;"),
            ("lost.rs", "use crate::high::y;"),
        ]);
        assert_eq!(found, "`src/lost.rs` is in no module of `src/lib.rs`");
    }
}
