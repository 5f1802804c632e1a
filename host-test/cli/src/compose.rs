//! Composes the connector with other components of this repository into one file, for hosts that cannot provide `secrets`.
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
    /// The connector, with its secrets from the host's configuration, `wasi:config/store@0.2.0-rc.1`
    Config,
    /// The actions over HTTP: the gateway, the connector, and its secrets from the environment
    Gateway,
    /// The gateway alone, for hosts that link it with the connector: each then has secrets and a network of its own
    GatewayAlone,
    /// The actions as an Obelisk activity: its adapter, the connector, and its secrets from the environment
    Obelisk,
    /// A workflow of Obelisk over that activity: an appointment with a contact, however often a server dies on the way
    ObeliskWorkflow,
}

impl Composition {
    /// Composes it: the bytes of one component, without names, which says of itself what it is and where it comes from.
    ///
    /// # Errors
    ///
    /// [`Error`], when the parts do not fit together.
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

    /// Its name, and a sentence that says what it is.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Composition::Connector => (
                "dynamics365-sales",
                "Microsoft Dynamics 365 Sales as a WebAssembly component: eleven actions over the Dataverse Web API",
            ),
            Composition::Env => (
                "dynamics365-sales-env",
                "Microsoft Dynamics 365 Sales as a WebAssembly component, with its secrets out of environment variables",
            ),
            Composition::Config => (
                "dynamics365-sales-config",
                "Microsoft Dynamics 365 Sales as a WebAssembly component, with its secrets out of wasi:config",
            ),
            Composition::Gateway => (
                "dynamics365-sales-gateway",
                "The eleven actions of Microsoft Dynamics 365 Sales over HTTP, as one WebAssembly component",
            ),
            Composition::GatewayAlone => (
                "dynamics365-sales-gateway-alone",
                "HTTP in front of the dynamics365-sales component, which its host links with it",
            ),
            Composition::Obelisk => (
                "dynamics365-sales-obelisk",
                "The eleven actions of Microsoft Dynamics 365 Sales as an activity of Obelisk",
            ),
            Composition::ObeliskWorkflow => (
                "dynamics365-sales-obelisk-workflow",
                "A workflow of Obelisk: an appointment in Microsoft Dynamics 365 Sales, however often a server dies",
            ),
        }
    }

    /// The packages of cargo that it consists of.
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

/// Plugs what `plug` exports into the imports of `socket` that ask for it.
///
/// The component that comes of it imports what is then still missing, and exports what `socket` exports. Fails with
/// [`Error`] if one of the two is not a component, or if `socket` imports nothing that `plug` exports.
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
