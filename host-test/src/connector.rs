//! The component as an embedder calls it.

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

/// How calls are made. The default is what a production host wants.
#[derive(Default)]
pub struct Settings {
    /// Another build of the component than the one of this repository.
    pub component: Option<Vec<u8>>,
    /// How it is compiled, and what its instances live in.
    pub engine: EngineSettings,
    /// Bounds of each call.
    pub limits: Limits,
    /// Where requests go.
    pub backend: Backend,
    /// What time it is.
    pub clock: Clock,
    /// Makes `wasi:random` predictable, for tests.
    pub random_seed: Option<u64>,
    /// The only authorities that requests may go to (`host`, `host:port`, or a URL of one). Without, they are the
    /// organization that the secrets of a call name, and its sign-in service.
    pub only: Option<Vec<String>>,
    /// Asks Dataverse for formatted values: rows then have `…@OData.Community.Display.V1.FormattedValue` beside lookups and choices,
    /// and other columns. The component itself does not ask.
    pub formatted_values: bool,
}

/// The component, ready to be called from any number of tasks at once.
pub struct Connector {
    loaded: Loaded,
    settings: Settings,
    /// That of the settings, for all calls.
    backend: Arc<Backend>,
    calls: AtomicU64,
}

/// What a call gave, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured<T> {
    /// What it gave.
    pub value: T,
    /// The most linear memory that the component had, in bytes.
    pub peak_memory: usize,
    /// How many instructions it ran, if [`EngineSettings::counts_instructions`] says so.
    pub instructions: Option<u64>,
}

/// More instructions than a call can run in its time.
const FUEL: u64 = u64::MAX / 2;

/// A call into an instance, as the generated functions make it.
pub(crate) type Calling<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>>;

impl Connector {
    /// Compiles and links the component. The one of this repository is compiled once for the whole process.
    ///
    /// # Errors
    ///
    /// [`Error::Component`] if the bytes are not a component, or if it imports something that this host does not provide.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let loaded = match &settings.component {
            Some(bytes) => component::load(bytes, &settings.engine)?,
            None => component::built_in(&settings.engine)?,
        };
        let backend = Arc::new(settings.backend.clone());
        Ok(Connector { loaded, settings, backend, calls: AtomicU64::new(0) })
    }

    /// Runs an action by its name, JSON in and JSON out. An action that fails says so in its answer.
    ///
    /// # Errors
    ///
    /// [`Error`] when the component was ended or failed.
    pub async fn invoke(
        &self,
        secrets: &Secrets,
        action: &str,
        input: &str,
    ) -> Result<String, Error> {
        Ok(self.invoke_measured(secrets, action, input).await?.value)
    }

    /// The same, with what it took.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
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

    /// The same, watched: `watch` is told of each request and of how it was answered, as it happens. It must not block.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
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

    /// Runs an action by its name as [`Connector::invoke`] does, but a failure of the action is typed.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
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

    /// As [`Connector::invoke_watched`], and its requests recorded where there is a recorder.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
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

    /// As [`Connector::run`], watched, and its requests recorded where there is a recorder.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
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

    /// Runs an action as [`Connector::run`] does, with its requests recorded, and what it took.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
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

    /// Where requests go.
    pub fn backend(&self) -> &Backend {
        &self.settings.backend
    }

    /// The manifest, as JSON.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
    pub async fn describe(&self) -> Result<String, Error> {
        let nothing = Secrets::new();
        let described = self.call::<Plugin, _, _, _>(&nothing, &(), |plugin, store, ()| {
            Box::pin(plugin.call_describe(store))
        });
        Ok(described.await?.value)
    }

    /// How much linear memory a fresh instance has, in bytes, before it is called.
    ///
    /// # Errors
    ///
    /// As [`Connector::invoke`].
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
    /// As [`Connector::invoke`].
    pub async fn check_connection(
        &self,
        secrets: &Secrets,
    ) -> Result<Result<Connection, Failure>, Error> {
        let checked = self.call::<Plugin, _, _, _>(secrets, &(), |plugin, store, ()| {
            Box::pin(plugin.call_check_connection(store))
        });
        Ok(checked.await?.value)
    }

    /// Makes a call to this interface of an instance of its own.
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
            // Holds its place until the store is gone.
            let _place = self.loaded.engine.places.acquire().await;
            let mut store = self.store(secrets);
            store.data_mut().outgoing.watch = watch;
            store.data_mut().outgoing.recorder = recorder;
            let instance = self.loaded.pre.instantiate_async(&mut store).await?;
            let guest = G::of(&self.loaded, &mut store, &instance)?;
            let value = call(&guest, &mut store, input).await?;
            // What it has not kept by now it has no use for.
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
            // Another one for each call: two appointments must not be given one id.
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
            // It fails only for an engine that does not count.
            let _ = store.set_fuel(FUEL);
        }
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| store.data_mut().meter.tick());
        store
    }
}

#[cfg(test)]
mod tests;
