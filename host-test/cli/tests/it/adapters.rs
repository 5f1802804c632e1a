//! The adapters, each alone in wasmtime.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use components::{SECRETS_FROM_CONFIG, SECRETS_FROM_ENV};
use wasmtime::component::{Component, ComponentNamedList, Func, Lift, Linker, Lower};
use wasmtime::component::{ComponentType, Instance};
use wasmtime::{Engine, Store, StoreLimits, StoreLimitsBuilder};

/// `secret-error` of `wit/secrets.wit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
enum SecretError {
    #[component(name = "not-found")]
    NotFound,
    #[component(name = "access-denied")]
    AccessDenied,
    #[component(name = "unavailable")]
    Unavailable,
}

/// `error` of `wasi:config/store`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(variant)]
enum StoreError {
    #[component(name = "upstream")]
    Upstream(String),
    #[component(name = "io")]
    Io(String),
}

struct Adapter {
    store: Store<StoreLimits>,
    instance: Instance,
}

impl Adapter {
    /// An adapter with 2 MiB of memory, including its stack, and the imports that `give` links.
    fn new(bytes: &[u8], give: impl FnOnce(&mut Linker<StoreLimits>)) -> Self {
        let engine = Engine::default();
        let mut linker = Linker::new(&engine);
        give(&mut linker);
        let limits = StoreLimitsBuilder::new().memory_size(2 << 20).build();
        let mut store = Store::new(&engine, limits);
        store.limiter(|limits| limits);
        let component = Component::from_binary(&engine, bytes).unwrap();
        let instance = linker.instantiate(&mut store, &component).unwrap();
        Adapter { store, instance }
    }

    /// With these variables in its environment.
    fn of_environment(variables: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables: Vec<(String, String)> = variables.iter().map(owned).collect();
        Adapter::new(SECRETS_FROM_ENV, |linker| {
            let mut environment = linker.instance("wasi:cli/environment@0.2.12").unwrap();
            let get = move |_: wasmtime::StoreContextMut<'_, _>, (): ()| Ok((variables.clone(),));
            environment.func_wrap("get-environment", get).unwrap();
        })
    }

    /// With a store that has these keys until the test replaces them.
    fn of_keys(keys: &[(&str, &str)]) -> (Self, Keys) {
        let keys = Keys::new(keys);
        let read = keys.clone();
        let adapter = Adapter::new(SECRETS_FROM_CONFIG, |linker| {
            let mut config = linker.instance("wasi:config/store@0.2.0-rc.1").unwrap();
            let get = move |_: wasmtime::StoreContextMut<'_, _>, (key,): (String,)| {
                let value = read.0.lock().unwrap().get(&key).cloned();
                Ok((Ok::<_, StoreError>(value),))
            };
            config.func_wrap("get", get).unwrap();
        });
        (adapter, keys)
    }

    /// With a store that always gives this answer.
    fn of_store(answer: Result<Option<String>, StoreError>) -> Self {
        Adapter::new(SECRETS_FROM_CONFIG, |linker| {
            let mut config = linker.instance("wasi:config/store@0.2.0-rc.1").unwrap();
            let get = move |_: wasmtime::StoreContextMut<'_, _>, (key,): (String,)| {
                assert_eq!(key, "client_id");
                Ok((answer.clone(),))
            };
            config.func_wrap("get", get).unwrap();
        })
    }

    fn function(&mut self, name: &str) -> Func {
        let secrets = "dynamics365:sales/secrets@0.1.0";
        let secrets = self.instance.get_export_index(&mut self.store, None, secrets).unwrap();
        let index = self.instance.get_export_index(&mut self.store, Some(&secrets), name).unwrap();
        self.instance.get_func(&mut self.store, index).unwrap()
    }

    fn call<P, R>(&mut self, name: &str, parameters: P) -> R
    where
        P: ComponentNamedList + Lower,
        (R,): ComponentNamedList + Lift,
        R: Send + Sync + 'static,
    {
        let function = self.function(name).typed::<P, (R,)>(&self.store).unwrap();
        function.call(&mut self.store, parameters).unwrap().0
    }

    fn get(&mut self, name: &str) -> Result<String, SecretError> {
        self.call("get", (name.to_owned(),))
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), SecretError> {
        self.call("set", (name.to_owned(), value.to_owned()))
    }
}

/// The content of a configuration.
#[derive(Clone)]
struct Keys(Arc<Mutex<BTreeMap<String, String>>>);

impl Keys {
    fn new(keys: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Keys(Arc::new(Mutex::new(keys.iter().map(owned).collect())))
    }

    fn put(&self, name: &str, value: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }
}

const APP: [(&str, &str); 4] = [
    ("instance_url", "one.crm.dynamics.com"),
    ("tenant_id", "ours"),
    ("client_id", "app"),
    ("client_secret", "secret"),
];

#[test]
fn finds_a_secret_in_the_variable_of_its_name() {
    let mut adapter = Adapter::of_environment(&[
        ("CLIENT_ID", "another's"),
        ("DYNAMICS365_CLIENT_ID_OLD", "another's"),
        ("DYNAMICS365_CLIENT_ID", "ours"),
        ("DYNAMICS365_SCOPE", "  "),
    ]);
    assert_eq!(adapter.get("client_id"), Ok("ours".to_owned()));
    for missing in ["client", "tenant_id", "scope", "", "id"] {
        assert_eq!(adapter.get(missing), Err(SecretError::NotFound), "{missing}");
    }
    assert_eq!(adapter.set("client_id", "mine"), Err(SecretError::AccessDenied));
}

/// The connector reads `instance_url` first in each call.
#[test]
fn keeps_fresh_tokens_while_its_instance_lives() {
    let mut adapter = Adapter::of_environment(&[
        ("DYNAMICS365_INSTANCE_URL", "one.crm.dynamics.com"),
        ("DYNAMICS365_REFRESH_TOKEN", "first"),
    ]);
    adapter.get("instance_url").unwrap();
    assert_eq!(adapter.get("access_token"), Err(SecretError::NotFound));
    for (name, value) in
        [("access_token", "fresh"), ("access_token_expires_at", "9"), ("refresh_token", "second")]
    {
        assert_eq!(adapter.set(name, value), Ok(()));
    }
    adapter.get("instance_url").unwrap();
    assert_eq!(adapter.get("access_token").unwrap(), "fresh");
    assert_eq!(adapter.get("access_token_expires_at").unwrap(), "9");
    assert_eq!(adapter.get("refresh_token").unwrap(), "second");
    assert_eq!(adapter.set("access_token", "without an end"), Ok(()));
    assert_eq!(adapter.get("access_token_expires_at"), Err(SecretError::NotFound));
}

#[test]
fn forgets_a_token_of_another_organization_or_other_credentials() {
    for (name, other) in [
        ("instance_url", "two.crm.dynamics.com"),
        ("tenant_id", "theirs"),
        ("client_id", "another"),
        ("client_secret", "rotated"),
        ("refresh_token", "a user's"),
        ("access_token", "a ready one"),
        ("access_token_expires_at", "9"),
        ("authority", "login.microsoftonline.us"),
        ("scope", "another"),
    ] {
        let (mut adapter, keys) = Adapter::of_keys(&APP);
        adapter.get("instance_url").unwrap();
        adapter.set("access_token", "fresh").unwrap();
        assert_eq!(adapter.get("access_token").unwrap(), "fresh");
        keys.put(name, other);
        adapter.get("instance_url").unwrap();
        let had =
            if name == "access_token" { Ok(other.to_owned()) } else { Err(SecretError::NotFound) };
        assert_eq!(adapter.get("access_token"), had, "{name}");
    }
}

#[test]
fn keeps_no_token_of_a_call_during_which_the_secrets_change() {
    let (mut adapter, keys) = Adapter::of_keys(&APP);
    adapter.get("instance_url").unwrap();
    keys.put("instance_url", "two.crm.dynamics.com");
    assert_eq!(adapter.set("access_token", "of the first"), Err(SecretError::AccessDenied));
    // Not even if the call continues with the new secrets.
    assert_eq!(adapter.set("access_token", "of the first"), Err(SecretError::AccessDenied));
    adapter.get("instance_url").unwrap();
    assert_eq!(adapter.get("access_token"), Err(SecretError::NotFound));
    assert_eq!(adapter.set("access_token", "of the second"), Ok(()));
    assert_eq!(adapter.get("access_token").unwrap(), "of the second");
}

#[test]
fn keeps_no_token_that_is_too_long() {
    let (mut adapter, _) = Adapter::of_keys(&APP);
    adapter.get("instance_url").unwrap();
    adapter.set("access_token", "fresh").unwrap();
    let long = "x".repeat(16_385);
    assert_eq!(adapter.set("access_token", &long), Err(SecretError::AccessDenied));
    assert_eq!(adapter.get("access_token"), Err(SecretError::NotFound));
    assert_eq!(adapter.set("access_token", &long[1..]), Ok(()));
    assert_eq!(adapter.get("access_token").unwrap(), long[1..]);
}

#[test]
fn maps_the_errors_of_a_configuration() {
    let blank = Adapter::of_store(Ok(Some(" ".to_owned()))).get("client_id");
    assert_eq!(blank, Err(SecretError::NotFound));
    assert_eq!(Adapter::of_store(Ok(None)).get("client_id"), Err(SecretError::NotFound));
    for failure in [StoreError::Upstream("a".to_owned()), StoreError::Io("b".to_owned())] {
        let answer = Adapter::of_store(Err(failure)).get("client_id");
        assert_eq!(answer, Err(SecretError::Unavailable));
    }
    let mut adapter = Adapter::of_store(Ok(Some("ours".to_owned())));
    assert_eq!(adapter.get("client_id"), Ok("ours".to_owned()));
    assert_eq!(adapter.set("client_id", "mine"), Err(SecretError::AccessDenied));
}

/// 300 calls of 300 KB each, in 2 MiB.
#[test]
fn frees_all_memory_after_each_call() {
    let long = "x".repeat(300_000);
    let mut adapter = Adapter::of_environment(&[("LONG", &long), ("DYNAMICS365_SCOPE", "ours")]);
    for _ in 0..300 {
        assert_eq!(adapter.get("scope"), Ok("ours".to_owned()));
        assert_eq!(adapter.get("tenant_id"), Err(SecretError::NotFound));
        assert_eq!(adapter.set("access_token", "fresh"), Err(SecretError::AccessDenied));
    }
}
