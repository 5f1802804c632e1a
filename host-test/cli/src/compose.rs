//! The connector put together with other components of this repository: one file, for hosts that cannot give `secrets`.
//!
//! ```
//! use dynamics365_sales_cli::compose::Composition;
//!
//! # fn main() -> Result<(), dynamics365_sales_cli::compose::Error> {
//! let component: Vec<u8> = Composition::Env.build()?;
//! # assert!(component.starts_with(b"\0asm"));
//! # Ok(())
//! # }
//! ```

use clap::ValueEnum;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};

use crate::strip::strip;

use components::{CONNECTOR, GATEWAY, OBELISK, SECRETS_FROM_CONFIG, SECRETS_FROM_ENV};

/// Two components do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the components cannot be composed: {0}")]
pub struct Error(pub String);

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
    /// Composes it: the bytes of one component, without names.
    ///
    /// # Errors
    ///
    /// [`Error`], when the parts do not fit together.
    pub fn build(self) -> Result<Vec<u8>, Error> {
        let composed = match self {
            Composition::Connector => CONNECTOR.to_vec(),
            Composition::Env => plug(CONNECTOR, SECRETS_FROM_ENV)?,
            Composition::Config => plug(CONNECTOR, SECRETS_FROM_CONFIG)?,
            Composition::Gateway => plug(GATEWAY, &Composition::Env.build()?)?,
            Composition::Obelisk => plug(OBELISK, &Composition::Env.build()?)?,
        };
        strip(&composed).map_err(failed)
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
            .map_err(|error| Error(format!("the {name} is unfit: {error:#}")))?;
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
    Error([vec![error.to_string()], reasons].concat().join(": "))
}
