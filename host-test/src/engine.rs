//! The engine: compiles components and has the memory that their instances live in, once for the process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::Semaphore;
use wasmtime::{
    Cache, CacheConfig, Config, Enabled, Inlining, InstanceAllocationStrategy,
    PoolingAllocationConfig,
};

use crate::limits::Limits;

/// How many calls may be under way at once; further ones wait for a place. With [`Limits::memory`] this bounds what calls
/// take together.
///
/// In a pool each place reserves 4 GiB of addresses, not of memory, so that the component's accesses need no check of their
/// own.
pub const MAX_CONCURRENT_CALLS: u32 = 256;

/// How components are compiled, and what their instances live in. The default is the fastest that the machine allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EngineSettings {
    /// Whether instances take their memory from a pool of [`MAX_CONCURRENT_CALLS`] that are used again and begin as copy-on-write
    /// images of the component's data. On a machine with too little address space the host does without a pool.
    pub pool: bool,
    /// Where compiled components are kept from one process to the next.
    pub cache: CodeCache,
    /// Whether instructions are counted ([`Measured::instructions`](crate::Measured::instructions)), which slows the component down.
    pub counts_instructions: bool,
}

/// Where compiled components are kept, by their content, wasmtime's version and its configuration.
///
/// A cache that cannot be read or written is done without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeCache {
    /// Where wasmtime keeps them by the custom of the platform: `~/.cache/wasmtime` on Linux.
    Platform,
    /// In this directory, an absolute path.
    Directory(PathBuf),
    /// Nowhere: they are compiled anew in each process.
    Off,
}

impl Default for EngineSettings {
    fn default() -> Self {
        EngineSettings { pool: true, cache: CodeCache::Platform, counts_instructions: false }
    }
}

/// An engine, and the places for calls.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) engine: wasmtime::Engine,
    pub(crate) places: Arc<Semaphore>,
}

impl Engine {
    /// The one engine of this process with these settings.
    pub(crate) fn of(settings: &EngineSettings) -> wasmtime::Result<Engine> {
        static ENGINES: Mutex<BTreeMap<EngineSettings, Engine>> = Mutex::new(BTreeMap::new());
        let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = engines.get(settings) {
            return Ok(engine.clone());
        }
        let engine = Engine::new(settings)?;
        engines.insert(settings.clone(), engine.clone());
        Ok(engine)
    }

    fn new(settings: &EngineSettings) -> wasmtime::Result<Engine> {
        let mut config = Config::new();
        // The component is built for size and is full of small functions, which are better compiled into their callers.
        config
            .epoch_interruption(true)
            .compiler_inlining(Inlining::Yes)
            .consume_fuel(settings.counts_instructions)
            .cache(cache(&settings.cache));
        let pooled = settings
            .pool
            .then(|| wasmtime::Engine::new(config.clone().allocation_strategy(pool())));
        let engine = match pooled {
            Some(Ok(engine)) => engine,
            Some(Err(_)) | None => wasmtime::Engine::new(&config)?,
        };
        tick(&engine);
        let places = Arc::new(Semaphore::new(MAX_CONCURRENT_CALLS as usize));
        Ok(Engine { engine, places })
    }
}

fn pool() -> InstanceAllocationStrategy {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(MAX_CONCURRENT_CALLS)
        // A component has three core modules: its own and two that tie the imports to it.
        .total_core_instances(4 * MAX_CONCURRENT_CALLS)
        .total_tables(4 * MAX_CONCURRENT_CALLS)
        .total_memories(MAX_CONCURRENT_CALLS)
        .total_stacks(MAX_CONCURRENT_CALLS)
        .linear_memory_keep_resident(KEPT_RESIDENT)
        .max_unused_warm_slots(WARM)
        .table_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    pool.into()
}

/// How much of a place's memory is cleaned after a call rather than given back to the system, which would give it out
/// again page by page: what a page of 5,000 full rows takes. Of a small call only the little that it wrote is cleaned.
const KEPT_RESIDENT: usize = 64 << 20;

/// How many places that nobody uses keep such memory.
const WARM: u32 = 8;

fn cache(settings: &CodeCache) -> Option<Cache> {
    let mut config = CacheConfig::new();
    match settings {
        CodeCache::Off => return None,
        CodeCache::Platform => {}
        CodeCache::Directory(path) => {
            config.with_directory(path);
        }
    }
    Cache::new(config).ok()
}

/// Lets the engine's clock tick, as long as there is the engine.
fn tick(engine: &wasmtime::Engine) {
    let engine = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(Limits::TICK);
        }
    });
}
