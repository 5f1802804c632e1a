//! The built component imports exactly what the contract says.

use host_test::COMPONENT;
use wit_parser::{Resolve, WorldItem, WorldKey};

/// The interfaces that the component imports and exports, as `namespace:package/interface@version`.
fn interfaces() -> (Vec<String>, Vec<String>) {
    let decoded = wit_component::decode(COMPONENT).unwrap();
    let wit_component::DecodedWasm::Component(resolve, world) = decoded else {
        panic!("no component")
    };
    let world = &resolve.worlds[world];
    let names = |items: Vec<(&WorldKey, &WorldItem)>| {
        let mut names: Vec<_> =
            items.into_iter().map(|(key, item)| name(&resolve, key, item)).collect();
        names.sort();
        names
    };
    (names(world.imports.iter().collect()), names(world.exports.iter().collect()))
}

fn name(resolve: &Resolve, key: &WorldKey, item: &WorldItem) -> String {
    match item {
        WorldItem::Interface { .. } => resolve.name_world_key(key),
        other => panic!("no interface: {other:?}"),
    }
}

#[test]
fn imports_exactly_what_the_contract_says() {
    let (imports, _) = interfaces();
    let names: Vec<_> = imports.iter().map(|name| name.split('@').next().unwrap()).collect();
    assert_eq!(
        names,
        [
            "dynamics365:sales/secrets",
            "wasi:clocks/monotonic-clock",
            "wasi:clocks/wall-clock",
            "wasi:http/outgoing-handler",
            "wasi:http/types",
            "wasi:io/error",
            "wasi:io/poll",
            "wasi:io/streams",
            "wasi:random/random",
        ]
    );
}

#[test]
fn imports_versions_that_hosts_support() {
    for name in interfaces().0 {
        let (interface, version) = name.split_once('@').unwrap();
        if interface == "dynamics365:sales/secrets" {
            assert_eq!(version, "0.1.0");
            continue;
        }
        let patch = version.strip_prefix("0.2.").unwrap_or_else(|| panic!("{name}"));
        assert!(patch.parse::<u32>().unwrap() <= 12, "{name}");
    }
}

#[test]
fn exports_the_typed_and_the_json_interface() {
    let (_, exports) = interfaces();
    assert_eq!(exports, ["dynamics365:sales/actions@0.1.0", "dynamics365:sales/plugin@0.1.0"]);
}

/// The packages in the picture: the texts in its column of imports.
fn drawn() -> Vec<&'static str> {
    let picture = include_str!("../../docs/sandbox.svg");
    let texts = picture.lines().filter_map(|line| {
        let (_, rest) = line.split_once("class=\"code\" x=\"600\"")?;
        rest.split_once('>')?.1.strip_suffix("</text>")
    });
    texts.collect()
}

#[test]
fn the_picture_of_the_sandbox_shows_what_the_component_imports() {
    let (imports, exports) = interfaces();
    let package = |name: &String| {
        let (package, interface) = name.split_once('/').unwrap();
        let own = package == "dynamics365:sales";
        if own { interface.split('@').next().unwrap() } else { package }.to_owned()
    };
    let mut packages: Vec<String> = imports.iter().map(package).collect();
    // The streams of `wasi:http`, which the picture does not show separately.
    packages.retain(|name| name != "wasi:io");
    packages.dedup();
    let mut shown = drawn();
    shown.sort_unstable();
    packages.sort_unstable();
    assert_eq!(packages, shown);
    let faces: Vec<String> = exports.iter().map(package).collect();
    let picture = include_str!("../../docs/sandbox.svg");
    assert!(picture.contains(&format!(">{}</text>", faces.join(" · "))), "{faces:?}");
}
