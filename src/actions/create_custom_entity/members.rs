//! The members of a definition under construction, with their values as JSON.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, object};

/// Members by name, each once.
#[derive(Default)]
pub(super) struct Members(Vec<(String, String)>);

impl Members {
    /// The value with this name, as JSON.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The text with this name, if it is a string.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        Json::parse(self.get(name)?).ok()?.string()
    }

    /// The text of the first of these names that is a string.
    pub(super) fn first_text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    /// Sets or replaces a value.
    pub(super) fn set(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Sets a value if it is missing.
    pub(super) fn fill(&mut self, name: &str, value: String) {
        if self.get(name).is_none() {
            self.0.push((name.to_owned(), value));
        }
    }

    /// All members.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The object, with its type first, as OData requires.
    pub(super) fn written(&self) -> String {
        const TYPE: &str = "@odata.type";
        object(|json| {
            if let Some(value) = self.get(TYPE) {
                json.raw(TYPE, value);
            }
            for (name, value) in self.iter().filter(|(name, _)| *name != TYPE) {
                json.raw(name, value);
            }
        })
    }
}
