//! The paths in the code of one module.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Macro, Path, UseTree};

/// The paths in a module's code.
#[derive(Default)]
pub(super) struct Found {
    /// Every path that starts with `crate`, `self` or `super`, or is in a `use`.
    pub(super) used: Vec<Vec<String>>,
    /// The target of each name that a `use` imports.
    pub(super) names: BTreeMap<String, Vec<String>>,
}

#[derive(Default)]
pub(super) struct Paths(Found);

impl Paths {
    /// The paths in these items; modules inside them are separate modules.
    pub(super) fn find(items: &[Item]) -> Found {
        let mut paths = Paths::default();
        for item in items.iter().filter(|item| !matches!(item, Item::Mod(_))) {
            paths.visit_item(item);
        }
        paths.0
    }

    fn push(&mut self, path: Vec<String>) {
        if matches!(path.first().map(String::as_str), Some("crate" | "self" | "super")) {
            self.0.used.push(path);
        }
    }

    fn import(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.import(&with(path.ident.to_string()), &path.tree),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(before, tree);
                }
            }
            UseTree::Name(name) => self.imported(with(name.ident.to_string()), None),
            UseTree::Rename(name) => {
                self.imported(with(name.ident.to_string()), Some(name.rename.to_string()));
            }
            UseTree::Glob(_) => self.0.used.push(before.to_vec()),
        }
    }

    fn imported(&mut self, mut path: Vec<String>, name: Option<String>) {
        // `use a::{self}` imports `a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        if let Some(name) = name.or_else(|| path.last().cloned()) {
            self.0.names.insert(name, path.clone());
        }
        self.0.used.push(path);
    }
}

impl<'a> Visit<'a> for Paths {
    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Use(used) if !is_test(&used.attrs) => self.import(&[], &used.tree),
            Item::Use(_) => {}
            item if is_test(attributes(item)) => {}
            item => visit::visit_item(self, item),
        }
    }

    fn visit_impl_item(&mut self, item: &'a ImplItem) {
        if !matches!(item, ImplItem::Fn(function) if is_test(&function.attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &'a Path) {
        self.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    /// A macro's arguments are not parsed yet: paths are found among the tokens.
    fn visit_macro(&mut self, called: &'a Macro) {
        let text = called.tokens.to_string().replace("::", " :: ");
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        for (at, word) in words.iter().enumerate() {
            if matches!(*word, "crate" | "super") {
                let mut path = vec![(*word).to_owned()];
                for pair in words[at + 1..].chunks(2) {
                    let [dots, name] = pair else { break };
                    if *dots != "::" {
                        break;
                    }
                    path.push((*name).to_owned());
                }
                self.push(path);
            }
        }
        visit::visit_macro(self, called);
    }
}

/// Whether these include `#[cfg(test)]` or `#[test]`.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        meta => meta.path().is_ident("test"),
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        _ => &[],
    }
}
