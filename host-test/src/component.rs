//! The component, compiled and linked once and instantiated for each call.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use wasmtime::Store;
use wasmtime::component::{Component, Instance, InstancePre, Linker};

use crate::bindings::exports::dynamics365::sales::{actions, plugin};
use crate::engine::{Engine, EngineSettings};
use crate::error::Error;
use crate::secrets;
use crate::state::State;

/// The release build of this repository's component.
pub const COMPONENT: &[u8] = components::CONNECTOR;

/// A component ready to be instantiated.
#[derive(Clone)]
pub(crate) struct Loaded {
    pub(crate) engine: Engine,
    pub(crate) pre: InstancePre<State>,
    actions: actions::GuestIndices,
    plugin: plugin::GuestIndices,
}

/// The functions of one of the component's two exported interfaces. A call looks up only the
/// interface it needs: looking up both would take a good part of the call's time.
pub(crate) trait Interface: Sized + Send + Sync {
    /// Looks up the functions in an instance.
    fn of(loaded: &Loaded, store: &mut Store<State>, instance: &Instance)
    -> wasmtime::Result<Self>;
}

impl Interface for actions::Guest {
    fn of(
        loaded: &Loaded,
        store: &mut Store<State>,
        instance: &Instance,
    ) -> wasmtime::Result<Self> {
        loaded.actions.load(store, instance)
    }
}

impl Interface for plugin::Guest {
    fn of(
        loaded: &Loaded,
        store: &mut Store<State>,
        instance: &Instance,
    ) -> wasmtime::Result<Self> {
        loaded.plugin.load(store, instance)
    }
}

/// This repository's component, compiled at the first call of the process.
pub(crate) fn built_in(settings: &EngineSettings) -> Result<Loaded, Error> {
    static LOADED: Mutex<BTreeMap<EngineSettings, Loaded>> = Mutex::new(BTreeMap::new());
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(component) = loaded.get(settings) {
        return Ok(component.clone());
    }
    let component = load(COMPONENT, settings)?;
    loaded.insert(settings.clone(), component.clone());
    Ok(component)
}

/// Compiles a component and links it with this host's functions.
pub(crate) fn load(bytes: &[u8], settings: &EngineSettings) -> Result<Loaded, Error> {
    compile(bytes, settings).map_err(|error| {
        let reasons: Vec<String> = error.chain().map(ToString::to_string).collect();
        Error::Component(reasons.join(": "))
    })
}

fn compile(bytes: &[u8], settings: &EngineSettings) -> wasmtime::Result<Loaded> {
    let engine = Engine::of(settings)?;
    let component = Component::from_binary(&engine.engine, bytes)?;
    let mut linker = Linker::<State>::new(&engine.engine);
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    secrets::add_to_linker(&mut linker, State::secrets)?;
    let pre = linker.instantiate_pre(&component)?;
    let actions = actions::GuestIndices::new(&pre)?;
    let plugin = plugin::GuestIndices::new(&pre)?;
    Ok(Loaded { engine, pre, actions, plugin })
}
