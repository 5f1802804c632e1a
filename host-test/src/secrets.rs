//! The store of secrets, shared by all calls that use it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::component::{HasData, Linker};

use crate::bindings::dynamics365::sales::secrets::{self, SecretError};
use crate::flight::{Caller, Flights};
use crate::turn::{Turn, Turns};

/// The names of the component's secrets (`wit/secrets.wit`).
pub const SECRET_NAMES: [&str; 11] = [
    "instance_url",
    "access_token",
    "access_token_expires_at",
    "refresh_token",
    "client_id",
    "client_secret",
    "client_secret_is_placeholder",
    "tenant_id",
    "authority",
    "scope",
    "appointment_category_column",
];

/// The names that the component may write: all others belong to the caller.
const KEPT: [&str; 3] = [ACCESS_TOKEN, EXPIRES_AT, "refresh_token"];
const ACCESS_TOKEN: &str = "access_token";
const EXPIRES_AT: &str = "access_token_expires_at";

/// Secrets by name. Clones share one store, so a token obtained by one call serves the next, and
/// concurrent calls that need a token share one request for it.
///
/// ```
/// let secrets = host_test::Secrets::new().with("client_secret", "8Q~abc");
/// assert_eq!(format!("{secrets:?}"), r#"Secrets { client_secret: [redacted] }"#);
/// ```
#[derive(Clone, Default)]
pub struct Secrets {
    shelf: Arc<Mutex<Shelf>>,
}

/// The callback for every secret that the component sets.
type Keeper = Box<dyn Fn(&str, &str) + Send>;

#[derive(Default)]
struct Shelf {
    values: BTreeMap<String, String>,
    keeper: Option<Keeper>,
    turns: Option<Arc<Turns>>,
    keeps_nothing: bool,
    unavailable: bool,
    flights: Flights,
}

impl Secrets {
    /// An empty store.
    pub fn new() -> Self {
        Secrets::default()
    }

    /// The same store with this secret.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.put(name, value);
        self
    }

    /// Adds or replaces a secret.
    pub fn put(&self, name: &str, value: &str) {
        self.shelf().values.insert(name.to_owned(), value.to_owned());
    }

    /// Removes a secret.
    pub fn remove(&self, name: &str) {
        self.shelf().values.remove(name);
    }

    /// The secret with this name.
    pub fn get(&self, name: &str) -> Option<String> {
        self.shelf().values.get(name).cloned()
    }

    /// Calls this with the name and value of every secret that the component sets, in order, so
    /// that a rotated refresh token can outlive the process. The callback must not use this store,
    /// which is locked meanwhile.
    pub fn keep_with(&self, keeper: impl Fn(&str, &str) + Send + 'static) {
        self.shelf().keeper = Some(Box::new(keeper));
    }

    /// Asks this function about each request for a token; it gets the request's form and the stored
    /// access token. Processes that share a login then ask one after the other, and each uses what
    /// another one got. It may block: it runs on its own thread.
    pub fn ask_in_turn(&self, turns: impl Fn(&[u8], Option<&str>) -> Turn + Send + Sync + 'static) {
        self.shelf().turns = Some(Arc::new(turns));
    }

    /// The function of [`Secrets::ask_in_turn`], and the stored access token.
    pub(crate) fn turns(&self) -> Option<(Arc<Turns>, Option<String>)> {
        let shelf = self.shelf();
        let turns = shelf.turns.clone()?;
        Some((turns, shelf.values.get(ACCESS_TOKEN).cloned()))
    }

    /// Whether to keep nothing: `set` then returns `access-denied`.
    pub fn keep_nothing(&self, yes: bool) {
        self.shelf().keeps_nothing = yes;
    }

    /// Whether to be out of order: every function then returns `unavailable`.
    pub fn be_unavailable(&self, yes: bool) {
        self.shelf().unavailable = yes;
    }

    /// The token requests of all calls that use this store.
    pub(crate) fn flights<T>(&self, look: impl FnOnce(&mut Flights) -> T) -> T {
        look(&mut self.shelf().flights)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shelf = self.shelf();
        let mut shown = f.debug_struct("Secrets");
        for name in shelf.values.keys() {
            shown.field(name, &format_args!("[redacted]"));
        }
        shown.finish()
    }
}

/// The host's side of the component's interface, borrowed from a store.
pub(crate) struct SecretsView<'a> {
    /// The secrets of this call.
    pub(crate) secrets: &'a Secrets,
    pub(crate) caller: &'a Caller,
}

impl secrets::Host for SecretsView<'_> {
    fn get(&mut self, name: String) -> Result<String, SecretError> {
        let shelf = self.secrets.shelf();
        if shelf.unavailable {
            return Err(SecretError::Unavailable);
        }
        if name == ACCESS_TOKEN {
            shelf.flights.look(self.caller);
        }
        shelf.values.get(&name).cloned().ok_or(SecretError::NotFound)
    }

    fn set(&mut self, name: String, value: String) -> Result<(), SecretError> {
        let mut shelf = self.secrets.shelf();
        if name == ACCESS_TOKEN {
            shelf.flights.settle(self.caller);
        }
        if shelf.unavailable {
            return Err(SecretError::Unavailable);
        }
        if shelf.keeps_nothing || !KEPT.contains(&name.as_str()) {
            return Err(SecretError::AccessDenied);
        }
        // Calls that share a response all set its tokens, and each computes the expiry from its own
        // time.
        let known = shelf.values.get(&name) == Some(&value);
        if name == ACCESS_TOKEN {
            self.caller.keeps(known && shelf.values.contains_key(EXPIRES_AT));
        }
        if known || (name == EXPIRES_AT && self.caller.echoes()) {
            return Ok(());
        }
        if let Some(keeper) = &shelf.keeper {
            keeper(&name, &value);
        }
        if name == ACCESS_TOKEN {
            // This is the previous token's expiry: a call that reads it now would consider the new
            // token expired.
            shelf.values.remove(EXPIRES_AT);
        }
        shelf.values.insert(name, value);
        Ok(())
    }
}

struct HasSecrets;

impl HasData for HasSecrets {
    type Data<'a> = SecretsView<'a>;
}

/// Adds the interface `dynamics365:sales/secrets` to a linker.
pub(crate) fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    view: fn(&mut T) -> SecretsView<'_>,
) -> wasmtime::Result<()> {
    secrets::add_to_linker::<T, HasSecrets>(linker, view)
}

#[cfg(test)]
mod tests {
    use secrets::Host as _;

    use super::*;

    #[test]
    fn a_token_kept_by_one_clone_serves_the_other() {
        let secrets = Secrets::new();
        let clone = secrets.clone();
        SecretsView { secrets: &clone, caller: &Caller::default() }
            .set("access_token".into(), "new".into())
            .unwrap();
        assert_eq!(secrets.get("access_token").as_deref(), Some("new"));
    }

    #[test]
    fn tells_the_keeper_only_what_the_component_sets() {
        let secrets = Secrets::new();
        let (told, kept) = std::sync::mpsc::channel();
        secrets.keep_with(move |name, value| told.send(format!("{name}={value}")).unwrap());
        secrets.put("refresh_token", "of the caller");
        let mut view = SecretsView { secrets: &secrets, caller: &Caller::default() };
        view.set("refresh_token".into(), "rotated".into()).unwrap();
        view.set("client_id".into(), "another".into()).unwrap_err();
        assert_eq!(kept.try_iter().collect::<Vec<_>>(), ["refresh_token=rotated"]);
    }

    #[test]
    fn the_component_may_not_write_the_callers_secrets() {
        let secrets = Secrets::new().with("instance_url", "a");
        let caller = Caller::default();
        let denied = SecretsView { secrets: &secrets, caller: &caller }
            .set("instance_url".into(), "b".into());
        assert_eq!(denied, Err(SecretError::AccessDenied));
        assert_eq!(secrets.get("instance_url").as_deref(), Some("a"));
    }
}
