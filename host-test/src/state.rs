//! The data of a store, one for each call.

use std::sync::Arc;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::flight::Caller;
use crate::http::Outgoing;
use crate::limits::Meter;
use crate::secrets::{Secrets, SecretsView};

/// The data of a store.
pub(crate) struct State {
    pub(crate) wasi: WasiCtx,
    pub(crate) http: WasiHttpCtx,
    pub(crate) outgoing: Outgoing,
    pub(crate) table: ResourceTable,
    pub(crate) secrets: Secrets,
    pub(crate) caller: Arc<Caller>,
    pub(crate) meter: Meter,
}

impl State {
    pub(crate) fn secrets(&mut self) -> SecretsView<'_> {
        SecretsView { secrets: &self.secrets, caller: &self.caller }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outgoing }
    }
}
