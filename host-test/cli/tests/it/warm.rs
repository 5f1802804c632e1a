//! Instances that a host reuses for several calls: they sign in once for each organization.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use dataverse_sim::{Dataverse, World};
use dynamics365_sales_cli::compose::Composition;
use dynamics365_sales_cli::origin::Origin;
use wasmtime::component::{Component, ComponentType, Instance, Lift, Linker, Lower};
use wasmtime::{Engine, Store, StoreContextMut};

use crate::gateway::host::{Organization, State};

/// `error` of `wasi:config/store`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(variant)]
enum StoreError {
    #[component(name = "upstream")]
    Upstream(String),
    #[component(name = "io")]
    Io(String),
}

/// A host that reuses its instance and whose configuration the test changes between calls. All
/// requests go to one simulator, which acts as any organization.
struct Host {
    store: Store<State>,
    instance: Instance,
    organization: Organization,
    keys: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Host {
    async fn new() -> Self {
        let organization = Organization(Arc::new(Mutex::new(Dataverse::new(World::default()))));
        let keys = Arc::new(Mutex::new(BTreeMap::new()));
        let engine = Engine::default();
        let component = Composition::Config.build(&Origin::of_this_build()).unwrap();
        let component = Component::from_binary(&engine, &component).unwrap();
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        let read = Arc::clone(&keys);
        let get = move |_: StoreContextMut<'_, State>, (key,): (String,)| {
            Ok((Ok::<Option<String>, StoreError>(read.lock().unwrap().get(&key).cloned()),))
        };
        let mut config = linker.instance("wasi:config/store@0.2.0-rc.1").unwrap();
        config.func_wrap("get", get).unwrap();
        let mut store = Store::new(&engine, State::new(&[], organization.clone()));
        let instance = linker.instantiate_async(&mut store, &component).await.unwrap();
        let host = Host { store, instance, organization, keys };
        host.put("instance_url", "org12345.crm.dynamics.com");
        host.put("tenant_id", "6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d");
        let client = host.organization.0.lock().unwrap().client();
        host.put("client_id", &client.client_id);
        host.put("client_secret", "simulated-client-secret");
        host
    }

    fn put(&self, key: &str, value: &str) {
        self.keys.lock().unwrap().insert(key.to_owned(), value.to_owned());
    }

    async fn search(&mut self) {
        let plugin = "dynamics365:sales/plugin@0.1.0";
        let plugin = self.instance.get_export_index(&mut self.store, None, plugin).unwrap();
        let invoke =
            self.instance.get_export_index(&mut self.store, Some(&plugin), "invoke").unwrap();
        let invoke = self.instance.get_func(&mut self.store, invoke).unwrap();
        let invoke = invoke.typed::<(String, String), (String,)>(&self.store).unwrap();
        let input = ("search_accounts".to_owned(), r#"{"search_term": "coffee"}"#.to_owned());
        let (answer,) = invoke.call_async(&mut self.store, input).await.unwrap();
        assert!(answer.contains("Fourth Coffee"), "{answer}");
    }

    /// The requests so far: `token`, or the authority of the request.
    fn asked(&self) -> Vec<String> {
        let sim = self.organization.0.lock().unwrap();
        let asked = sim.journal().iter().map(|entry| {
            if entry.path.ends_with("/token") {
                "token".to_owned()
            } else {
                entry.authority.clone()
            }
        });
        asked.collect()
    }
}

const ONE: &str = "org12345.crm.dynamics.com";
const TWO: &str = "org67890.crm.dynamics.com";

#[tokio::test(start_paused = true)]
async fn signs_in_once_for_many_calls() {
    let mut host = Host::new().await;
    for _ in 0..3 {
        host.search().await;
    }
    assert_eq!(host.asked(), ["token", ONE, ONE, ONE]);
}

#[tokio::test(start_paused = true)]
async fn signs_in_again_for_another_organization_and_back() {
    let mut host = Host::new().await;
    host.search().await;
    host.put("instance_url", TWO);
    host.search().await;
    host.put("instance_url", ONE);
    host.search().await;
    assert_eq!(host.asked(), ["token", ONE, "token", TWO, "token", ONE]);
}

#[tokio::test(start_paused = true)]
async fn signs_in_again_with_other_credentials() {
    let mut host = Host::new().await;
    host.search().await;
    let refresh_token = host.organization.0.lock().unwrap().issue_refresh_token();
    host.put("refresh_token", &refresh_token);
    host.search().await;
    host.search().await;
    assert_eq!(host.asked(), ["token", ONE, "token", ONE, ONE]);
}

#[tokio::test(start_paused = true)]
async fn renews_a_refused_token() {
    let mut host = Host::new().await;
    host.search().await;
    host.organization.0.lock().unwrap().expire_tokens();
    host.search().await;
    host.search().await;
    assert_eq!(host.asked(), ["token", ONE, ONE, "token", ONE, ONE]);
}
