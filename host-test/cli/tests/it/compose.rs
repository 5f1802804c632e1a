//! The compositions import what the connector imports, with another import in place of `secrets`.

use clap::ValueEnum as _;
use components::{CONNECTOR, SECRETS_FROM_CONFIG, SECRETS_FROM_ENV};
use dynamics365_sales_cli::compose::{self, Composition, plug};
use dynamics365_sales_cli::origin::Origin;
use wasmparser::{Parser, Payload};
use wasmtime::Engine;
use wasmtime::component::Component;

/// The sorted names of the component's imports and of its exports.
fn imports_and_exports(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let engine = Engine::default();
    let component = Component::from_binary(&engine, bytes).unwrap();
    let component = component.component_type();
    let mut imports: Vec<_> = component.imports(&engine).map(|(name, _)| name.to_owned()).collect();
    let mut exports: Vec<_> = component.exports(&engine).map(|(name, _)| name.to_owned()).collect();
    imports.sort();
    exports.sort();
    (imports, exports)
}

#[test]
fn replaces_only_the_import_of_secrets() {
    for (composition, instead) in [
        (Composition::Env, "wasi:cli/environment@0.2.12"),
        (Composition::Config, "wasi:config/store@0.2.0-rc.1"),
    ] {
        let (mut expected, exports) = imports_and_exports(CONNECTOR);
        let secrets = expected.iter_mut().find(|name| *name == "dynamics365:sales/secrets@0.1.0");
        instead.clone_into(secrets.unwrap());
        expected.sort();
        assert_eq!(
            imports_and_exports(&composition.build(&Origin::of_this_build()).unwrap()),
            (expected, exports),
            "{composition:?}"
        );
    }
}

const MOST_BYTES: usize = 160 * 1024;

#[test]
fn the_connector_is_no_larger_than_promised() {
    let bytes = Composition::Connector.build(&Origin::of_this_build()).unwrap().len();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes");
}

#[test]
fn no_composition_contains_names_except_its_own() {
    for composition in Composition::value_variants() {
        let component = composition.build(&Origin::of_this_build()).unwrap();
        let mut names = 0;
        for payload in Parser::new(0).parse_all(&component) {
            if let Payload::CustomSection(section) = payload.unwrap()
                && section.name().contains("name")
            {
                assert!(section.data().len() < 50, "{composition:?}");
                names += 1;
            }
        }
        assert_eq!(names, 1, "{composition:?}");
        Component::from_binary(&Engine::default(), &component).unwrap();
    }
}

#[test]
fn has_adapters_that_import_one_interface() {
    for (adapter, import) in [
        (SECRETS_FROM_ENV, "wasi:cli/environment@0.2.12"),
        (SECRETS_FROM_CONFIG, "wasi:config/store@0.2.0-rc.1"),
    ] {
        let secrets = "dynamics365:sales/secrets@0.1.0";
        assert_eq!(
            imports_and_exports(adapter),
            (vec![import.to_owned()], vec![secrets.to_owned()])
        );
        assert!(adapter.len() < 10_240, "{import}: {} bytes", adapter.len());
    }
}

#[test]
fn makes_a_server_without_access_to_files_and_sockets() {
    let (imports, exports) =
        imports_and_exports(&Composition::Gateway.build(&Origin::of_this_build()).unwrap());
    assert_eq!(exports, ["wasi:http/incoming-handler@0.2.2"]);
    for import in imports {
        let package = import.split('/').next().unwrap();
        let known = ["wasi:cli", "wasi:clocks", "wasi:http", "wasi:io", "wasi:random"];
        assert!(known.contains(&package), "{import}");
    }
}

#[test]
fn refuses_parts_that_do_not_fit_together() {
    let error = plug(SECRETS_FROM_ENV, CONNECTOR).unwrap_err();
    assert!(matches!(&error, compose::Error(reason) if reason.contains("no matching imports")));
    let error = plug(CONNECTOR, b"no component").unwrap_err();
    assert!(matches!(&error, compose::Error(reason) if reason.contains("the plug does not fit")));
}
