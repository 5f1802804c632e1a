//! The functions of the connector's `plugin`, generated from `wit/`.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated code"
)]

wit_bindgen::generate!({
    path: "../wit",
    inline: "
        package dynamics365:gateway;

        world gateway {
            import dynamics365:sales/plugin@0.1.0;
        }
    ",
    generate_all,
});

pub(crate) use dynamics365::sales::actions::{Failure, FailureKind};
pub(crate) use dynamics365::sales::plugin::{describe, run};
