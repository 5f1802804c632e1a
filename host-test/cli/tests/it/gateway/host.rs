//! A small server of `wasi:http` components, without sockets: the composed gateway between a client
//! and an organization, both in this process.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use dataverse_sim::{Dataverse, Delivery, World};
use dynamics365_sales_cli::compose::Composition;
use dynamics365_sales_cli::origin::Origin;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::Instant;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{HostMonotonicClock, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

/// The key of every gateway here.
pub(crate) const KEY: &str = "a-key-that-nobody-guesses";

/// A gateway and its organization. Waits take no time.
pub(crate) struct Gateway {
    runtime: Runtime,
    organization: Organization,
    environment: Vec<(String, String)>,
    /// The secrets that no response may contain.
    secrets: Vec<String>,
}

/// A response from the client's view.
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
}

impl Gateway {
    pub(crate) fn new() -> Self {
        let mut dataverse = Dataverse::new(World::default());
        let token = dataverse.issue_token();
        Gateway {
            runtime: Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap(),
            organization: Organization(Arc::new(Mutex::new(dataverse))),
            environment: Vec::new(),
            secrets: vec![KEY.to_owned(), token.clone()],
        }
        .with("DYNAMICS365_GATEWAY_KEY", KEY)
        .with("DYNAMICS365_INSTANCE_URL", "org12345.crm.dynamics.com")
        .with("DYNAMICS365_ACCESS_TOKEN", &token)
    }

    /// With this variable in its environment.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let mut gateway = self.without(name);
        gateway.environment.push((name.to_owned(), value.to_owned()));
        gateway
    }

    /// Without it.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.retain(|(other, _)| other != name);
        self
    }

    /// The organization.
    pub(crate) fn sim(&self) -> MutexGuard<'_, Dataverse> {
        self.organization.0.lock().unwrap()
    }

    /// The number of requests to the organization.
    pub(crate) fn requests(&self) -> usize {
        self.sim().journal().len()
    }

    /// A request with the right key.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Answer {
        self.send(keyed(method, path).body(Bytes::new()).unwrap())
    }

    /// An action, with the right key.
    pub(crate) fn act(&self, action: &str, input: &Value) -> Answer {
        self.post(action, input.to_string())
    }

    /// The same, with these bytes as JSON.
    pub(crate) fn post(&self, action: &str, body: impl Into<Bytes>) -> Answer {
        let request = keyed("POST", &format!("/actions/{action}"));
        self.send(request.header(CONTENT_TYPE, "application/json").body(body.into()).unwrap())
    }

    /// Sends any request.
    pub(crate) fn send(&self, request: Request<Bytes>) -> Answer {
        let response = self.runtime.block_on(self.serve(request)).unwrap();
        let text = format!("{response:?}");
        for secret in &self.secrets {
            assert!(!text.contains(secret.as_str()), "a secret is in the answer: {text}");
        }
        Answer { response }
    }

    async fn serve(&self, request: Request<Bytes>) -> wasmtime::Result<Response<Bytes>> {
        let state = State::new(&self.environment, self.organization.clone());
        let pre = composed();
        let mut store = Store::new(pre.engine(), state);
        let (sender, receiver) = oneshot::channel();
        let request = request.map(Full::new).map(|body| body.map_err(|never| match never {}));
        let request = store
            .data_mut()
            .http()
            .new_incoming_request::<WasiBody>(Scheme::Http, request.map(BodyExt::boxed_unsync))?;
        let out = store.data_mut().http().new_response_outparam(sender)?;
        let proxy = pre.instantiate_async(&mut store).await?;
        let handler = proxy.wasi_http_incoming_handler();
        // The component continues to write after the head of its response is sent.
        let (handled, response) =
            tokio::join!(handler.call_handle(&mut store, request, out), async {
                let (head, body) = receiver.await??.into_parts();
                let body = body.collect().await?.to_bytes();
                wasmtime::Result::Ok(Response::from_parts(head, body))
            });
        handled?;
        response
    }
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(self.response.body()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.response.body())
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The members of a problem; checks that they agree.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status());
        assert_eq!(problem["title"], self.response.status().canonical_reason().unwrap());
        assert_eq!(problem["success"], false);
        assert_eq!(problem["detail"], problem["error"]);
        problem
    }
}

/// A request to the gateway, without a key.
pub(crate) fn unkeyed(method: &str, path: &str) -> http::request::Builder {
    let method: Method = method.parse().unwrap();
    Request::builder().method(method).uri(format!("http://gateway.example{path}"))
}

/// A request with the right key.
pub(crate) fn keyed(method: &str, path: &str) -> http::request::Builder {
    unkeyed(method, path).header(AUTHORIZATION, format!("Bearer {KEY}"))
}

/// The complete gateway, compiled once.
fn composed() -> &'static ProxyPre<State> {
    static COMPOSED: OnceLock<ProxyPre<State>> = OnceLock::new();
    COMPOSED.get_or_init(|| {
        let engine = Engine::default();
        let component = Composition::Gateway.build(&Origin::of_this_build()).unwrap();
        let component = Component::from_binary(&engine, &component).unwrap();
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        ProxyPre::new(linker.instantiate_pre(&component).unwrap()).unwrap()
    })
}

/// The state of an instance: an environment, a clock, and an organization that receives all its
/// requests.
pub(crate) struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    organization: Organization,
}

impl State {
    pub(crate) fn new(environment: &[(String, String)], organization: Organization) -> Self {
        State {
            wasi: WasiCtxBuilder::new()
                .envs(environment)
                .monotonic_clock(Simulated { origin: Instant::now() })
                .build(),
            http: WasiHttpCtx::new(),
            table: ResourceTable::new(),
            organization,
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let hooks = &mut self.organization;
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks }
    }
}

#[derive(Clone)]
pub(crate) struct Organization(pub(crate) Arc<Mutex<Dataverse>>);

type Sent<T> = Box<dyn Future<Output = Result<T, Error>> + Send>;

impl WasiHttpHooks for Organization {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        _options: Option<RequestOptions>,
        _processed: Sent<()>,
    ) -> Sent<(Response<WasiBody>, Sent<()>)> {
        let organization = Arc::clone(&self.0);
        Box::new(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let request = Request::from_parts(head, body);
            let response = match organization.lock().unwrap().deliver(request) {
                Delivery::Whole(response) => response,
                Delivery::Refused => return Err(Error::ConnectionRefused),
                _ => return Err(Error::ConnectionTerminated),
            };
            let body = response.map(|body| Full::new(body).map_err(|never| match never {}));
            Ok((body.map(BodyExt::boxed_unsync), Box::new(async { Ok(()) }) as Sent<()>))
        })
    }
}

/// tokio's clock, which advances only in waits.
struct Simulated {
    origin: Instant,
}

impl HostMonotonicClock for Simulated {
    fn resolution(&self) -> u64 {
        Duration::from_millis(1).as_nanos() as u64
    }

    fn now(&self) -> u64 {
        self.origin.elapsed().as_nanos() as u64
    }
}
