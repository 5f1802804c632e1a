//! The bindings of the adapter's world, generated.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

use super::Environment;

wit_bindgen::generate!({
    path: "../../wit",
    inline: "
        package dynamics365:adapters;

        world secrets-from-env {
            import wasi:cli/environment@0.2.12;
            export dynamics365:sales/secrets@0.1.0;
        }
    ",
    std_feature,
    generate_all,
});

export!(Environment with_types_in self);
