//! The component, compiled and linked once, to be instantiated for each call.

use std::sync::OnceLock;
use std::thread;

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine};

use crate::bindings::ConnectorPre;
use crate::error::Error;
use crate::limits::Limits;
use crate::secrets;
use crate::state::State;

/// The release build of the component of this repository.
pub const COMPONENT: &[u8] = include_bytes!(env!("DYNAMICS365_SALES_COMPONENT"));

/// A component that is ready to be instantiated.
#[derive(Clone)]
pub(crate) struct Loaded {
    pub(crate) engine: Engine,
    pub(crate) pre: ConnectorPre<State>,
}

/// The component of this repository; compiled at the first call of the process.
pub(crate) fn built_in() -> Result<Loaded, Error> {
    static LOADED: OnceLock<Result<Loaded, Error>> = OnceLock::new();
    LOADED.get_or_init(|| load(COMPONENT)).clone()
}

/// Compiles a component and links it with what this host gives.
pub(crate) fn load(bytes: &[u8]) -> Result<Loaded, Error> {
    compile(bytes).map_err(|error| {
        let reasons: Vec<String> = error.chain().map(ToString::to_string).collect();
        Error::Component(reasons.join(": "))
    })
}

fn compile(bytes: &[u8]) -> wasmtime::Result<Loaded> {
    let engine = Engine::new(Config::new().epoch_interruption(true))?;
    let component = Component::from_binary(&engine, bytes)?;
    let mut linker = Linker::<State>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    secrets::add_to_linker(&mut linker, State::secrets)?;
    let pre = ConnectorPre::new(linker.instantiate_pre(&component)?)?;
    tick(&engine);
    Ok(Loaded { engine, pre })
}

/// Lets the engine's clock tick, as long as there is the engine.
fn tick(engine: &Engine) {
    let engine = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(Limits::TICK);
        }
    });
}
