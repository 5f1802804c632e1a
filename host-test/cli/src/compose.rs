//! Composes the connector with other components of this repository into one file, for hosts that do
//! not provide `secrets`.
//!
//! ```
//! use dynamics365_sales_cli::compose::Composition;
//! use dynamics365_sales_cli::origin::Origin;
//!
//! # fn main() -> Result<(), dynamics365_sales_cli::compose::Error> {
//! let component: Vec<u8> = Composition::Env.build(&Origin::of_this_build())?;
//! # assert!(component.starts_with(b"\0asm"));
//! # Ok(())
//! # }
//! ```

use clap::ValueEnum;
use wac_graph::types;
use wac_graph::{CompositionGraph, EncodeOptions};

use crate::metadata::describe;
use crate::origin::Origin;
use crate::packages::{Package, packages};
use crate::strip::strip;

use components::{
    CONNECTOR, GATEWAY, OBELISK, OBELISK_WORKFLOW, SECRETS_FROM_CONFIG, SECRETS_FROM_ENV,
};

/// Two components do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the components cannot be composed: {0}")]
pub struct Error(pub String);

/// What `compose` and `package` can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Composition {
    /// The connector alone, for hosts that provide `secrets` themselves
    Connector,
    /// The connector, with its secrets from the environment: the variables `DYNAMICS365_<NAME>`
    Env,
    /// The connector, with its secrets from the host's configuration,
    /// `wasi:config/store@0.2.0-rc.1`
    Config,
    /// The actions over HTTP: the gateway and the connector, with its secrets from the environment
    Gateway,
    /// The gateway alone, for hosts that link it with the connector, so that each has its own
    /// secrets and network access
    GatewayAlone,
    /// The actions as an Obelisk activity: the adapter and the connector, with its secrets from the
    /// environment
    Obelisk,
    /// An Obelisk workflow that uses this activity: it creates an appointment with a contact, even
    /// if a server dies on the way
    ObeliskWorkflow,
}

impl Composition {
    /// Builds the composition: one component, stripped of names, with metadata about its content
    /// and origin.
    ///
    /// # Errors
    ///
    /// Fails with [`Error`] if the parts do not fit together.
    pub fn build(self, origin: &Origin) -> Result<Vec<u8>, Error> {
        let composed = strip(&self.compose()?).map_err(failed)?;
        describe(&composed, self.title(), &self.packages(), origin).map_err(Error)
    }

    fn compose(self) -> Result<Vec<u8>, Error> {
        match self {
            Composition::Connector => Ok(CONNECTOR.to_vec()),
            Composition::Env => plug(CONNECTOR, SECRETS_FROM_ENV),
            Composition::Config => plug(CONNECTOR, SECRETS_FROM_CONFIG),
            Composition::Gateway => plug(GATEWAY, &Composition::Env.compose()?),
            Composition::GatewayAlone => Ok(GATEWAY.to_vec()),
            Composition::Obelisk => plug(OBELISK, &Composition::Env.compose()?),
            Composition::ObeliskWorkflow => Ok(OBELISK_WORKFLOW.to_vec()),
        }
    }

    /// The name and a sentence of description.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Composition::Connector => (
                "dynamics365-sales",
                "Microsoft Dynamics 365 Sales as a WebAssembly component: eleven actions over the Dataverse Web API",
            ),
            Composition::Env => (
                "dynamics365-sales-env",
                "Microsoft Dynamics 365 Sales as a WebAssembly component that reads its secrets from environment variables",
            ),
            Composition::Config => (
                "dynamics365-sales-config",
                "Microsoft Dynamics 365 Sales as a WebAssembly component that reads its secrets from wasi:config",
            ),
            Composition::Gateway => (
                "dynamics365-sales-gateway",
                "The eleven actions of Microsoft Dynamics 365 Sales over HTTP, as one WebAssembly component",
            ),
            Composition::GatewayAlone => (
                "dynamics365-sales-gateway-alone",
                "An HTTP gateway for the dynamics365-sales component; the host links the two",
            ),
            Composition::Obelisk => (
                "dynamics365-sales-obelisk",
                "The eleven actions of Microsoft Dynamics 365 Sales as an Obelisk activity",
            ),
            Composition::ObeliskWorkflow => (
                "dynamics365-sales-obelisk-workflow",
                "An Obelisk workflow: creates an appointment in Microsoft Dynamics 365 Sales, even if a server dies on the way",
            ),
        }
    }

    /// The cargo packages in the composition.
    pub fn packages(self) -> Vec<Package> {
        let (connector, env) =
            (components::CONNECTOR_PACKAGES, components::SECRETS_FROM_ENV_PACKAGES);
        match self {
            Composition::Connector => packages(&[connector]),
            Composition::Env => packages(&[connector, env]),
            Composition::Config => packages(&[connector, components::SECRETS_FROM_CONFIG_PACKAGES]),
            Composition::Gateway => packages(&[components::GATEWAY_PACKAGES, connector, env]),
            Composition::GatewayAlone => packages(&[components::GATEWAY_PACKAGES]),
            Composition::Obelisk => packages(&[components::OBELISK_PACKAGES, connector, env]),
            Composition::ObeliskWorkflow => packages(&[components::OBELISK_WORKFLOW_PACKAGES]),
        }
    }
}

/// Plugs the exports of `plug` into the matching imports of `socket`.
///
/// The result imports whatever is still missing and exports what `socket` exports. Fails with
/// [`Error`] if one of the two is not a component, or if `socket` imports nothing that `plug`
/// exports.
pub fn plug(socket: &[u8], plug: &[u8]) -> Result<Vec<u8>, Error> {
    let mut graph = CompositionGraph::new();
    let mut register = |name: &str, bytes: &[u8]| {
        let package = types::Package::from_bytes(name, None, bytes, graph.types_mut())
            .map_err(|error| Error(format!("the {name} does not fit: {error:#}")))?;
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
