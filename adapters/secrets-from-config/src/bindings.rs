//! The bindings of the adapter's world, generated.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

use super::Configuration;

wit_bindgen::generate!({
    path: ["../../wit", "wit"],
    inline: "
        package dynamics365:adapters;

        world secrets-from-config {
            import wasi:config/store@0.2.0-rc.1;
            export dynamics365:sales/secrets@0.1.0;
        }
    ",
    std_feature,
    generate_all,
});

export!(Configuration with_types_in self);
