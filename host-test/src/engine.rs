//! The engine: compiles components and owns the memory of their instances, once per process.

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

/// The number of concurrent calls; further calls wait for a place. Together with [`Limits::memory`]
/// this bounds what all calls take.
///
/// In a pool, each place reserves 4 GiB of address space, not of memory, so that the component's
/// accesses need no bounds checks.
pub const MAX_CONCURRENT_CALLS: u32 = 256;

/// How components are compiled, and where their instances keep their memory. The default makes
/// calls as fast as the machine allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EngineSettings {
    /// Whether instances take their memory from a pool of [`MAX_CONCURRENT_CALLS`] reusable places
    /// that start as copy-on-write images of the component's data. On a machine with too little
    /// address space the host works without a pool.
    pub pool: bool,
    /// Whether the compiler inlines the component's small functions into their callers. Calls then
    /// take some percent less time, but compiling takes six times as long, and loading a compiled
    /// component from the cache twice as long.
    pub inlining: bool,
    /// The cache for compiled components.
    pub cache: CodeCache,
    /// Whether instructions are counted
    /// ([`Measured::instructions`](crate::Measured::instructions)), which slows the component down.
    pub counts_instructions: bool,
}

/// The cache for compiled components. Its keys are their content, wasmtime's version and its
/// configuration.
///
/// An unreadable or unwritable cache is ignored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeCache {
    /// The platform's usual directory for wasmtime: `~/.cache/wasmtime` on Linux.
    Platform,
    /// This directory, an absolute path.
    Directory(PathBuf),
    /// No cache: each process compiles them again.
    Off,
}

impl Default for EngineSettings {
    fn default() -> Self {
        EngineSettings {
            pool: true,
            inlining: true,
            cache: CodeCache::Platform,
            counts_instructions: false,
        }
    }
}

impl EngineSettings {
    /// Those of a program that ends after a few calls: the fastest to start.
    #[must_use]
    pub fn of_few_calls() -> Self {
        EngineSettings { pool: false, inlining: false, ..EngineSettings::default() }
    }
}

/// An engine, and the places for calls.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) engine: wasmtime::Engine,
    pub(crate) places: Arc<Semaphore>,
}

impl Engine {
    /// This process's only engine with these settings.
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
        config
            .epoch_interruption(true)
            .compiler_inlining(if settings.inlining { Inlining::Yes } else { Inlining::No })
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
        // A component has three core modules: its own and two that connect its imports.
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

/// The amount of a place's memory that is cleared after a call rather than returned to the system,
/// which would map it again page by page: enough for a page of 5,000 full rows. After a small call,
/// only the written part is cleared. A call gets the place that was used last, so only as many
/// places keep memory as calls have run at once.
const KEPT_RESIDENT: usize = 64 << 20;

/// The number of unused places that keep the memory of other components before they are reused.
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

/// Advances the engine's epoch as long as the engine exists.
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
