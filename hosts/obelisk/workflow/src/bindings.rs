//! The bindings of the workflow's world, generated.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

use super::Visits;

wit_bindgen::generate!({
    path: [
        "../../../wit",
        "../../../adapters/obelisk/wit",
        "wit/obelisk-types",
        "wit/obelisk-workflow",
        "wit/visits",
    ],
    world: "dynamics365:visits/workflow",
    std_feature,
    generate_all,
});

export!(Visits with_types_in self);
