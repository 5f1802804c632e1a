//! The OCI artefact, as one who fetches it would check it, and the manifests for hosts, as far as they are read here.

use std::fs;
use std::path::Path;
use std::process::Command;

use dynamics365_sales_cli::compose::Composition;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The blob that a descriptor names, if its digest and size are right.
fn blob(directory: &Path, descriptor: &Value) -> Vec<u8> {
    let digest = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    let bytes = fs::read(directory.join("blobs/sha256").join(digest)).unwrap();
    assert_eq!(digest, format!("{:x}", Sha256::digest(&bytes)));
    assert_eq!(descriptor["size"], bytes.len());
    bytes
}

#[test]
fn writes_an_artefact_whose_digests_are_right() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("oci");
    let package = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynamics365-sales"));
        command.args(["package", "--tag", "1.2.3", "-o"]).arg(&directory).output().unwrap()
    };
    assert!(package().status.success());

    assert_eq!(json(&directory.join("oci-layout"))["imageLayoutVersion"], "1.0.0");
    let index = json(&directory.join("index.json"));
    let named = &index["manifests"][0];
    assert_eq!(named["annotations"]["org.opencontainers.image.ref.name"], "1.2.3");
    let manifest: Value = serde_json::from_slice(&blob(&directory, named)).unwrap();
    assert_eq!(manifest["mediaType"], named["mediaType"]);
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    assert_eq!(manifest["layers"][0]["mediaType"], "application/wasm");
    assert_eq!(blob(&directory, &manifest["layers"][0]), Composition::Connector.build().unwrap());
    let config: Value = serde_json::from_slice(&blob(&directory, &manifest["config"])).unwrap();
    assert_eq!(config["layerDigests"][0], manifest["layers"][0]["digest"]);
    assert_eq!((&config["architecture"], &config["os"]), (&"wasm".into(), &"wasip2".into()));
    let exports = config["component"]["exports"].as_array().unwrap();
    assert!(exports.contains(&"dynamics365:sales/actions@0.1.0".into()));

    let again = package();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is not empty"));
}

#[test]
fn has_manifests_that_can_be_read_and_say_whether_they_were_tried() {
    let hosts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hosts");
    for manifest in [
        "obelisk/obelisk.toml",
        "spin/spin.toml",
        "wasmcloud/workload.yaml",
        "wassette/policy.yaml",
    ] {
        let text = fs::read_to_string(hosts.join(manifest)).unwrap();
        let marked = text.starts_with("# NOT TRIED HERE") || text.starts_with("# TRIED");
        assert!(marked, "{manifest}");
        let tree: Value = match manifest.rsplit_once('.').unwrap().1 {
            "yaml" => serde_saphyr::from_str(&text).unwrap(),
            _ => toml::from_str(&text).unwrap(),
        };
        assert!(
            tree.as_object()
                .is_some_and(|tree| tree.len() > 1 || tree.contains_key("activity_wasm"))
        );
        assert!(
            text.contains("org12345.crm.dynamics.com")
                && text.contains("login.microsoftonline.com")
        );
    }
    let metadata: Value = toml::from_str(include_str!("../../../../wkg.toml")).unwrap();
    assert_eq!(metadata["metadata"]["licenses"], env!("CARGO_PKG_LICENSE"));
}
