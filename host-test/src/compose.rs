//! The connector put together with other components of this repository: one file, for hosts that cannot give `secrets`.
//!
//! ```
//! use host_test::compose::Composition;
//!
//! # fn main() -> Result<(), host_test::Error> {
//! let component: Vec<u8> = Composition::Env.build()?;
//! # assert!(component.len() > host_test::COMPONENT.len());
//! # Ok(())
//! # }
//! ```

use clap::ValueEnum;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};

use crate::component::COMPONENT;
use crate::error::Error;

/// The adapter that finds secrets in `wasi:cli/environment`: `client_id` is the variable `DYNAMICS365_CLIENT_ID`.
pub const SECRETS_FROM_ENV: &[u8] = include_bytes!(env!("SECRETS_FROM_ENV_COMPONENT"));

/// The adapter that finds secrets in `wasi:config/store@0.2.0-rc.1`: `client_id` is the key `client_id`.
pub const SECRETS_FROM_CONFIG: &[u8] = include_bytes!(env!("SECRETS_FROM_CONFIG_COMPONENT"));

/// The gateway, which serves the actions over HTTP and imports the connector's `plugin`.
pub const GATEWAY: &[u8] = include_bytes!(env!("GATEWAY_COMPONENT"));

/// The adapter for Obelisk, which exports the actions with the errors that it takes and imports the connector's `plugin`.
pub const OBELISK: &[u8] = include_bytes!(env!("OBELISK_COMPONENT"));

/// What there is to be composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Composition {
    /// The connector alone, for hosts that give it `secrets` from their own code
    Connector,
    /// The connector, with its secrets out of the environment: the variables `DYNAMICS365_<NAME>`
    Env,
    /// The connector, with its secrets out of the host's configuration, `wasi:config/store@0.2.0-rc.1`
    Config,
    /// The actions over HTTP: the gateway, the connector, and its secrets out of the environment
    Gateway,
    /// The actions as an activity of Obelisk: its adapter, the connector, and its secrets out of the environment
    Obelisk,
}

impl Composition {
    /// Puts it together: the bytes of one component.
    pub fn build(self) -> Result<Vec<u8>, Error> {
        match self {
            Composition::Connector => Ok(COMPONENT.to_vec()),
            Composition::Env => plug(COMPONENT, SECRETS_FROM_ENV),
            Composition::Config => plug(COMPONENT, SECRETS_FROM_CONFIG),
            Composition::Gateway => plug(GATEWAY, &Composition::Env.build()?),
            Composition::Obelisk => plug(OBELISK, &Composition::Env.build()?),
        }
    }
}

/// Plugs what `plug` exports into the imports of `socket` that ask for it.
///
/// The component that comes of it imports what is then still missing, and exports what `socket` exports. Fails with
/// [`Error::Composition`] if one of the two is no component, or if `socket` asks for nothing that `plug` has.
pub fn plug(socket: &[u8], plug: &[u8]) -> Result<Vec<u8>, Error> {
    let mut graph = CompositionGraph::new();
    let mut register = |name: &str, bytes: &[u8]| {
        let package = Package::from_bytes(name, None, bytes, graph.types_mut())
            .map_err(|error| Error::Composition(format!("the {name} is unfit: {error:#}")))?;
        graph.register_package(package).map_err(failed)
    };
    let plug = register("plug", plug)?;
    let socket = register("socket", socket)?;
    wac_graph::plug(&mut graph, vec![plug], socket).map_err(failed)?;
    graph.encode(EncodeOptions::default()).map_err(failed)
}

fn failed(error: impl std::error::Error) -> Error {
    let reasons: Vec<String> = std::iter::successors(error.source(), |reason| reason.source())
        .map(ToString::to_string)
        .collect();
    Error::Composition([vec![error.to_string()], reasons].concat().join(": "))
}
