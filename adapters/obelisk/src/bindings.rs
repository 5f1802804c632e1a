//! The bindings of the adapter's world, generated.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

use super::Activity;

wit_bindgen::generate!({
    path: ["../../wit", "wit"],
    world: "dynamics365:obelisk/adapter",
    std_feature,
    generate_all,
});

export!(Activity with_types_in self);
