//! The component for an embedder.

mod actions;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use wasmtime::Store;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi_http::WasiHttpCtx;

use crate::bindings::Connection;
use crate::bindings::actions::Failure;
use crate::bindings::exports::dynamics365::sales::plugin::Guest as Plugin;
use crate::clock::Clock;
use crate::component::{self, Interface, Loaded};
use crate::engine::EngineSettings;
use crate::error::Error;
use crate::flight::Caller;
use crate::http::{Allowed, Backend, Outgoing};
use crate::limits::{Limits, Meter};
use crate::record::Recorder;
use crate::secrets::Secrets;
use crate::state::State;
use crate::watch::{Seen, Watch};

/// The settings of calls. The default suits a production host.
#[derive(Default)]
pub struct Settings {
    /// A build of the component other than this repository's.
    pub component: Option<Vec<u8>>,
    /// How it is compiled, and where its instances keep their memory.
    pub engine: EngineSettings,
    /// Bounds of each call.
    pub limits: Limits,
    /// The destination of requests.
    pub backend: Backend,
    /// The clock.
    pub clock: Clock,
    /// Makes `wasi:random` predictable, for tests.
    pub random_seed: Option<u64>,
    /// The only allowed authorities of requests (`host`, `host:port`, or a URL with one). By
    /// default these are the organization in the call's secrets and its sign-in service.
    pub only: Option<Vec<String>>,
    /// Asks Dataverse for formatted values: rows then have
    /// `…@OData.Community.Display.V1.FormattedValue` beside lookups and choices, and other columns.
    /// The component itself does not ask.
    pub formatted_values: bool,
}

/// The component, ready for concurrent calls from any number of tasks.
pub struct Connector {
    loaded: Loaded,
    settings: Settings,
    /// That of the settings, for all calls.
    backend: Arc<Backend>,
    calls: AtomicU64,
}

/// The result and the cost of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured<T> {
    /// The result.
    pub value: T,
    /// The component's peak linear memory, in bytes.
    pub peak_memory: usize,
    /// The number of instructions, if [`EngineSettings::counts_instructions`] is set.
    pub instructions: Option<u64>,
}

/// More instructions than a call can run within its limits.
const FUEL: u64 = u64::MAX / 2;

/// A call to a generated function of an instance.
pub(crate) type Calling<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>>;

impl Connector {
    /// Compiles and links the component. This repository's component is compiled once per process.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Component`] if the bytes are not a component, or if it imports something
    /// that this host does not provide.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let loaded = match &settings.component {
            Some(bytes) => component::load(bytes, &settings.engine)?,
            None => component::built_in(&settings.engine)?,
        };
        let backend = Arc::new(settings.backend.clone());
        Ok(Connector { loaded, settings, backend, calls: AtomicU64::new(0) })
    }

    /// Runs an action by name, with JSON as input and output. A failed action reports the failure
    /// in its output.
    ///
    /// # Errors
    ///
    /// Fails with [`Error`] if the component was stopped or trapped.
    pub async fn invoke(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
    ) -> Result<String, Error> {
        Ok(self.invoke_measured(secrets, action, input).await?.value)
    }

    /// The same, with its cost.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn invoke_measured(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
    ) -> Result<Measured<String>, Error> {
        self.call::<Plugin, _, _, _>(secrets, &(action, input), |plugin, store, (action, input)| {
            Box::pin(plugin.call_invoke(store, action, input))
        })
        .await
    }

    /// The same, watched: `watch` is called for each request and each response as it happens. It
    /// must not block.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn invoke_watched(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
        watch: impl Fn(Seen) + Send + Sync + 'static,
    ) -> Result<String, Error> {
        let watch = Watch::new(watch);
        let invoked = self
            .call_watched::<Plugin, _, _, _>(
                secrets,
                watch,
                &(action, input),
                |plugin, store, (action, input)| Box::pin(plugin.call_invoke(store, action, input)),
            )
            .await?;
        Ok(invoked.value)
    }

    /// Runs an action by name like [`Connector::invoke`], but with a typed failure.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn run(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
    ) -> Result<Result<String, Failure>, Error> {
        let input = (action, input);
        let ran =
            self.call::<Plugin, _, _, _>(secrets, &input, |plugin, store, (action, input)| {
                Box::pin(plugin.call_run(store, action, input))
            });
        Ok(ran.await?.value)
    }

    /// Like [`Connector::invoke_watched`], and records the requests if there is a recorder.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn invoke_seen(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
        (watch, recorder): (impl Fn(Seen) + Send + Sync + 'static, Option<Recorder>),
    ) -> Result<String, Error> {
        let seen = (Watch::new(watch), recorder);
        let invoked = self
            .call_seen::<Plugin, _, _, _>(
                secrets,
                seen,
                &(action, input),
                |plugin, store, (action, input)| Box::pin(plugin.call_invoke(store, action, input)),
            )
            .await?;
        Ok(invoked.value)
    }

    /// Like [`Connector::run`], watched, and records the requests if there is a recorder.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn run_seen(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
        (watch, recorder): (impl Fn(Seen) + Send + Sync + 'static, Option<Recorder>),
    ) -> Result<Result<String, Failure>, Error> {
        let seen = (Watch::new(watch), recorder);
        let ran = self
            .call_seen::<Plugin, _, _, _>(
                secrets,
                seen,
                &(action, input),
                |plugin, store, (action, input)| Box::pin(plugin.call_run(store, action, input)),
            )
            .await?;
        Ok(ran.value)
    }

    /// Runs an action like [`Connector::run`], records its requests and measures its cost.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn run_recorded(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
        recorder: &Recorder,
    ) -> Result<Measured<Result<String, Failure>>, Error> {
        self.call_seen::<Plugin, _, _, _>(
            secrets,
            (Watch::default(), Some(recorder.clone())),
            &(action, input),
            |plugin, store, (action, input)| Box::pin(plugin.call_run(store, action, input)),
        )
        .await
    }

    /// The destination of requests.
    pub fn backend(&self) -> &Backend {
        &self.settings.backend
    }

    /// The manifest, as JSON.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn describe(&self) -> Result<String, Error> {
        let nothing = Secrets::new();
        let described = self.call::<Plugin, _, _, _>(&nothing, &(), |plugin, store, ()| {
            Box::pin(plugin.call_describe(store))
        });
        Ok(described.await?.value)
    }

    /// The linear memory of a new instance before its call, in bytes.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn idle_memory(&self) -> Result<usize, Error> {
        let nothing = Secrets::new();
        let idle =
            self.call::<Plugin, _, _, _>(&nothing, &(), |_, _, ()| Box::pin(async { Ok(()) }));
        Ok(idle.await?.peak_memory)
    }

    /// Checks that the organization answers and accepts the credentials.
    ///
    /// # Errors
    ///
    /// Fails like [`Connector::invoke`].
    pub async fn check_connection(
        &self,
        secrets: &Secrets,
    ) -> Result<Result<Connection, Failure>, Error> {
        let checked = self.call::<Plugin, _, _, _>(secrets, &(), |plugin, store, ()| {
            Box::pin(plugin.call_check_connection(store))
        });
        Ok(checked.await?.value)
    }

    /// Makes a call to this interface in a new instance.
    pub(crate) async fn call<G, I, T, F>(
        &self,
        secrets: &Secrets,
        input: &I,
        call: F,
    ) -> Result<Measured<T>, Error>
    where
        G: Interface,
        F: for<'a> FnOnce(&'a G, &'a mut Store<State>, &'a I) -> Calling<'a, T>,
    {
        self.call_watched::<G, _, _, _>(secrets, Watch::default(), input, call).await
    }

    /// The same, watched.
    async fn call_watched<G, I, T, F>(
        &self,
        secrets: &Secrets,
        watch: Watch,
        input: &I,
        call: F,
    ) -> Result<Measured<T>, Error>
    where
        G: Interface,
        F: for<'a> FnOnce(&'a G, &'a mut Store<State>, &'a I) -> Calling<'a, T>,
    {
        self.call_seen::<G, _, _, _>(secrets, (watch, None), input, call).await
    }

    /// The same, watched or recorded.
    async fn call_seen<G, I, T, F>(
        &self,
        secrets: &Secrets,
        (watch, recorder): (Watch, Option<Recorder>),
        input: &I,
        call: F,
    ) -> Result<Measured<T>, Error>
    where
        G: Interface,
        F: for<'a> FnOnce(&'a G, &'a mut Store<State>, &'a I) -> Calling<'a, T>,
    {
        let run = async {
            // Holds its place until the store is dropped.
            let _place = self.loaded.engine.places.acquire().await;
            let mut store = self.store(secrets);
            store.data_mut().outgoing.watch = watch;
            store.data_mut().outgoing.recorder = recorder;
            let instance = self.loaded.pre.instantiate_async(&mut store).await?;
            let guest = G::of(&self.loaded, &mut store, &instance)?;
            let value = call(&guest, &mut store, input).await?;
            // After the call, no more tokens will be kept.
            secrets.flights(|flights| flights.settle(&store.data().caller));
            // The component knows no more than that nothing left.
            if let Some(obstacle) = store.data().outgoing.obstacle() {
                return Err(obstacle);
            }
            let instructions = store.get_fuel().ok().map(|left| FUEL.saturating_sub(left));
            Ok(Measured { value, peak_memory: store.data().meter.peak, instructions })
        };
        let limit = self.settings.limits.time;
        tokio::time::timeout(limit, run).await.map_err(|_| Error::Time(limit))?
    }

    fn store(&self, secrets: &Secrets) -> Store<State> {
        let settings = &self.settings;
        let mut wasi = WasiCtxBuilder::new();
        settings.clock.give_to(&mut wasi);
        if let Some(seed) = settings.random_seed {
            // A different seed for each call: two appointments must not get the same id.
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            wasi.secure_random(StdRng::seed_from_u64(seed.wrapping_add(call)));
        }
        let allowed = match &settings.only {
            Some(authorities) => Allowed::only(authorities),
            None => Allowed::of(secrets),
        };
        let caller = Arc::new(Caller::default());
        let backend = Arc::clone(&self.backend);
        let mut outgoing = Outgoing::new(allowed, backend, secrets.clone(), Arc::clone(&caller));
        outgoing.formatted_values = settings.formatted_values;
        let state = State {
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outgoing,
            table: ResourceTable::new(),
            secrets: secrets.clone(),
            caller,
            meter: Meter::new(settings.limits.clone()),
        };
        let mut store = Store::new(&self.loaded.engine.engine, state);
        store.limiter(|state| &mut state.meter);
        if settings.engine.counts_instructions {
            // This fails only if the engine does not count instructions.
            let _ = store.set_fuel(FUEL);
        }
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| store.data_mut().meter.tick());
        store
    }
}

#[cfg(test)]
mod tests;
