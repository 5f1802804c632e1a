//! Microsoft Dynamics 365 Sales in a plain wasmtime host: `accounts d365.wasm SEARCH_TERM`.

use std::{collections::BTreeMap, env};

use dynamics365::sales::secrets::{self, SecretError};
use exports::dynamics365::sales::actions::SearchAccountsInput;
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable, bindgen};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView, default_hooks};

bindgen!({ path: "../../wit", world: "connector", exports: { default: async } });

/// The state of one call.
#[derive(Default)]
struct Host {
    secrets: BTreeMap<String, String>,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl secrets::Host for Host {
    fn get(&mut self, name: String) -> Result<String, SecretError> {
        self.secrets.get(&name).cloned().ok_or(SecretError::NotFound)
    }

    // Receives fresh tokens. Keep them for the next call.
    fn set(&mut self, name: String, value: String) -> Result<(), SecretError> {
        self.secrets.insert(name, value);
        Ok(())
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: default_hooks() }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> wasmtime::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    // Once for the whole process.
    let engine = Engine::default();
    let component = Component::from_file(&engine, &arguments[1])?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    secrets::add_to_linker::<_, HasSelf<_>>(&mut linker, |host: &mut Host| host)?;

    // For each call: a new store and instance.
    let variable = |name: &str| env::var(format!("DYNAMICS365_{}", name.to_uppercase()));
    let names = ["instance_url", "tenant_id", "client_id", "client_secret"];
    let secrets = names.iter().filter_map(|name| Some(((*name).into(), variable(name).ok()?)));
    let mut store = Store::new(&engine, Host { secrets: secrets.collect(), ..Host::default() });
    let connector = Connector::instantiate_async(&mut store, &component, &linker).await?;
    let input = SearchAccountsInput { search_term: arguments[2].clone() };
    match connector.dynamics365_sales_actions().call_search_accounts(&mut store, &input).await? {
        Ok(rows) => rows.iter().for_each(|row| println!("{row}")),
        Err(failure) => eprintln!("{:?}: {}", failure.kind, failure.message),
    }
    Ok(())
}
