//! Microsoft Dynamics 365 Sales in a host of plain wasmtime: `accounts d365.wasm SEARCH_TERM`.

use std::collections::HashMap;
use std::env;

use dynamics365::sales::secrets::{self, SecretError};
use exports::dynamics365::sales::actions::SearchAccountsInput;
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http as wasi_http;
use wasmtime_wasi_http::{Error, WasiBody, WasiHttpHooks};

wasmtime::component::bindgen!({ path: "../../wit", world: "connector", exports: { default: async } });

/// What the component has of this process: secrets by name, and a door for its requests.
struct Host {
    secrets: HashMap<String, String>,
    door: Door,
    wasi: WasiCtx,
    http: wasi_http::WasiHttpCtx,
    table: ResourceTable,
}

impl secrets::Host for Host {
    fn get(&mut self, name: String) -> Result<String, SecretError> {
        self.secrets.get(&name).cloned().ok_or(SecretError::NotFound)
    }

    // Fresh tokens: the store of the next call should have them.
    fn set(&mut self, name: String, value: String) -> Result<(), SecretError> {
        self.secrets.insert(name, value);
        Ok(())
    }
}

/// Lets requests leave to these hosts only.
struct Door(Vec<String>);

type Sent<T> = Box<dyn Future<Output = Result<T, Error>> + Send>;

impl WasiHttpHooks for Door {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<wasi_http::RequestOptions>,
        processed: Sent<()>,
    ) -> Sent<(http::Response<WasiBody>, Sent<()>)> {
        let to = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        if self.0.contains(&to) {
            return wasi_http::default_hooks().send_request(request, options, processed);
        }
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl wasi_http::WasiHttpView for Host {
    fn http(&mut self) -> wasi_http::WasiHttpCtxView<'_> {
        let (ctx, table) = (&mut self.http, &mut self.table);
        wasi_http::WasiHttpCtxView { ctx, table, hooks: &mut self.door }
    }
}

#[tokio::main]
async fn main() -> wasmtime::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let variables = ["instance_url", "tenant_id", "client_id", "client_secret"].map(|name| {
        let value = env::var(format!("DYNAMICS365_{}", name.to_uppercase())).unwrap_or_default();
        (name.to_owned(), value)
    });
    let instance = variables[0].1.trim_start_matches("http://").trim_start_matches("https://");
    let hosts = vec![instance.to_owned(), "login.microsoftonline.com".to_owned()];

    // Once for the whole process.
    let engine = Engine::default();
    let component = Component::from_file(&engine, &arguments[1])?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    secrets::add_to_linker::<_, HasSelf<_>>(&mut linker, |host: &mut Host| host)?;

    // For each call: a store, and an instance of its own.
    let host = Host {
        secrets: HashMap::from(variables),
        door: Door(hosts),
        wasi: WasiCtx::builder().build(),
        http: wasi_http::WasiHttpCtx::new(),
        table: ResourceTable::new(),
    };
    let mut store = Store::new(&engine, host);
    let connector = Connector::instantiate_async(&mut store, &component, &linker).await?;
    let input = SearchAccountsInput { search_term: arguments[2].clone() };
    let actions = connector.dynamics365_sales_actions();
    match actions.call_search_accounts(&mut store, &input).await? {
        Ok(rows) => rows.iter().for_each(|row| println!("{row}")),
        Err(failure) => eprintln!("{:?}: {}", failure.kind, failure.message),
    }
    Ok(())
}
