//! The modules of a package and their imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::paths::{Found, Paths};

/// One module's import of a sibling or of an item in it.
#[derive(Debug)]
pub(super) struct Import {
    /// The folder of the modules `from` and `to`; empty at the root of the package.
    pub(super) room: String,
    pub(super) from: String,
    pub(super) to: String,
    /// The place of the import.
    pub(super) file: String,
    /// The path as written.
    pub(super) path: String,
}

pub(super) struct Package {
    folder: String,
    /// The modules of `lib.rs`, in order.
    pub(super) floors: Vec<String>,
    /// The files of all modules, including tests.
    pub(super) files: BTreeSet<String>,
    modules: BTreeMap<Vec<String>, Module>,
}

struct Module {
    file: String,
    children: BTreeSet<String>,
    found: Found,
}

/// The text of every Rust file below a folder, by path.
pub(super) fn sources(folder: &Path, name: &str) -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("`{name}`: {error}")) {
        let entry = entry.unwrap();
        let name = format!("{name}/{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            sources.extend(self::sources(&entry.path(), &name));
        } else if name.ends_with(".rs") {
            sources.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
    sources
}

impl Package {
    pub(super) fn parse(folder: &str, sources: &BTreeMap<String, String>) -> Package {
        let mut package = Package {
            folder: folder.to_owned(),
            floors: Vec::new(),
            files: BTreeSet::new(),
            modules: BTreeMap::new(),
        };
        let file = format!("{folder}/lib.rs");
        let root = package.file(&file, sources);
        package.module(Vec::new(), &file, root.items, sources, false);
        // The package's program, which has no modules.
        package.files.insert(format!("{folder}/main.rs"));
        package
    }

    fn file(&mut self, file: &str, sources: &BTreeMap<String, String>) -> syn::File {
        self.files.insert(file.to_owned());
        let text = sources.get(file).unwrap_or_else(|| panic!("there is no `{file}`"));
        syn::parse_file(text).unwrap_or_else(|error| panic!("`{file}`: {error}"))
    }

    fn module(
        &mut self,
        path: Vec<String>,
        file: &str,
        items: Vec<syn::Item>,
        sources: &BTreeMap<String, String>,
        test: bool,
    ) {
        let mut children = BTreeSet::new();
        for item in &items {
            let syn::Item::Mod(child) = item else { continue };
            let name = child.ident.to_string();
            let test = test || super::paths::is_test(&child.attrs);
            let inside: Vec<String> = path.iter().cloned().chain([name.clone()]).collect();
            if !test {
                children.insert(name.clone());
                if path.is_empty() {
                    self.floors.push(name);
                }
            }
            match &child.content {
                Some((_, items)) => self.module(inside, file, items.clone(), sources, test),
                None => {
                    let file = format!("{}/{}.rs", self.folder, inside.join("/"));
                    let items = self.file(&file, sources).items;
                    self.module(inside, &file, items, sources, test);
                }
            }
        }
        if !test {
            let found = Paths::find(&items);
            self.modules.insert(path, Module { file: file.to_owned(), children, found });
        }
    }

    /// The imports of every module, except those between a parent and its children.
    pub(super) fn imports(&self) -> Vec<Import> {
        let mut imports = Vec::new();
        for (path, module) in &self.modules {
            for used in &module.found.used {
                let mut touched = Vec::new();
                self.follow(path, used, &mut touched, 0);
                for target in touched {
                    let common = path.iter().zip(&target).take_while(|(a, b)| a == b).count();
                    let (Some(from), Some(to)) = (path.get(common), target.get(common)) else {
                        continue;
                    };
                    let room = match &path[..common] {
                        [] => String::new(),
                        room => format!("{}/{}", self.folder, room.join("/")),
                    };
                    imports.push(Import {
                        room,
                        from: from.clone(),
                        to: to.clone(),
                        file: module.file.clone(),
                        path: used.join("::"),
                    });
                }
            }
        }
        imports
    }

    /// The modules that a path in this module refers to: the one it names, and those that the name
    /// was imported from.
    fn follow(&self, from: &[String], path: &[String], touched: &mut Vec<Vec<String>>, hops: u32) {
        let mut at = from.to_vec();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate") => {
                at.clear();
                rest = &path[1..];
            }
            Some("self") => rest = &path[1..],
            Some("super") => {}
            // A child module, or else another package.
            Some(name) if self.modules[from].children.contains(name) => {}
            _ => return,
        }
        while let Some((first, more)) = rest.split_first() {
            let Some(module) = self.modules.get(&at) else { break };
            if first == "super" {
                at.pop();
            } else if module.children.contains(first) {
                at.push(first.clone());
            } else {
                if let Some(named) = module.found.names.get(first).filter(|_| hops < 8) {
                    let whole: Vec<String> = named.iter().chain(more).cloned().collect();
                    self.follow(&at, &whole, touched, hops + 1);
                }
                break;
            }
            rest = more;
        }
        touched.push(at);
    }
}
