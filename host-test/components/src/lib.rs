//! The components of this workspace as bytes. The build script builds each of them once, for every
//! crate that needs them.
#![cfg(not(target_arch = "wasm32"))]

/// The connector: the same release build that `cargo build --release --lib --target wasm32-wasip2`
/// makes.
pub const CONNECTOR: &[u8] = include_bytes!(env!("DYNAMICS365_SALES_COMPONENT"));

/// The connector's cargo packages as a tree. Each line holds the depth, the name, the version,
/// `here` for a package of this workspace and, after a tab, the license.
pub const CONNECTOR_PACKAGES: &str =
    include_str!(concat!(env!("OUT_DIR"), "/dynamics365-sales-component.packages"));

/// The adapter that reads secrets from `wasi:cli/environment`: `client_id` is the variable
/// `DYNAMICS365_CLIENT_ID`.
pub const SECRETS_FROM_ENV: &[u8] = include_bytes!(env!("SECRETS_FROM_ENV_COMPONENT"));

/// Its cargo packages, in the form of [`CONNECTOR_PACKAGES`].
pub const SECRETS_FROM_ENV_PACKAGES: &str =
    include_str!(concat!(env!("OUT_DIR"), "/secrets-from-env.packages"));

/// The adapter that reads secrets from `wasi:config/store@0.2.0-rc.1`: `client_id` is the key
/// `client_id`.
pub const SECRETS_FROM_CONFIG: &[u8] = include_bytes!(env!("SECRETS_FROM_CONFIG_COMPONENT"));

/// Its cargo packages, in the form of [`CONNECTOR_PACKAGES`].
pub const SECRETS_FROM_CONFIG_PACKAGES: &str =
    include_str!(concat!(env!("OUT_DIR"), "/secrets-from-config.packages"));

/// The gateway, which serves the actions over HTTP and imports the connector's `plugin`.
pub const GATEWAY: &[u8] = include_bytes!(env!("GATEWAY_COMPONENT"));

/// Its cargo packages, in the form of [`CONNECTOR_PACKAGES`].
pub const GATEWAY_PACKAGES: &str =
    include_str!(concat!(env!("OUT_DIR"), "/dynamics365-sales-gateway.packages"));

/// The adapter for Obelisk, which exports the actions with Obelisk's errors and imports the
/// connector's `plugin`.
pub const OBELISK: &[u8] = include_bytes!(env!("OBELISK_COMPONENT"));

/// Its cargo packages, in the form of [`CONNECTOR_PACKAGES`].
pub const OBELISK_PACKAGES: &str =
    include_str!(concat!(env!("OUT_DIR"), "/obelisk-adapter.packages"));

/// The Obelisk workflow that uses that adapter's actions.
pub const OBELISK_WORKFLOW: &[u8] = include_bytes!(env!("OBELISK_WORKFLOW_COMPONENT"));

/// Its cargo packages, in the form of [`CONNECTOR_PACKAGES`].
pub const OBELISK_WORKFLOW_PACKAGES: &str =
    include_str!(concat!(env!("OUT_DIR"), "/obelisk-workflow.packages"));

/// The compiler that built them, as `rustc --version` prints it.
pub const RUSTC: &str = env!("DYNAMICS365_SALES_RUSTC");
