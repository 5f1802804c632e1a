//! The OCI artifact, checked like by a client that pulls it, and the manifests for hosts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use dataverse_sim::{Dataverse, Seed, World};
use dynamics365_sales_cli::compose::Composition;
use dynamics365_sales_cli::origin::Origin;
use host_test::{Backend, Connector, InProcess, Secrets, Settings};
use serde_json::Value;
use sha2::{Digest, Sha256};
use wasm_metadata::Payload;

use crate::support::installed;
#[cfg(unix)]
use crate::support::registry::Registry;

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The blob of a descriptor; checks its digest and size.
fn blob(directory: &Path, descriptor: &Value) -> Vec<u8> {
    let digest = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    let bytes = fs::read(directory.join("blobs/sha256").join(digest)).unwrap();
    assert_eq!(digest, format!("{:x}", Sha256::digest(&bytes)));
    assert_eq!(descriptor["size"], bytes.len());
    bytes
}

/// Runs `package` into this directory.
fn package(what: &str, directory: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamics365-sales"));
    command.args(["package", what, "--tag", "1.2.3", "--revision", "0123abc"]);
    command.args(["--source", "https://example.com/sales", "-o"]).arg(directory);
    command.output().unwrap()
}

/// The manifest of a layout with one image.
fn manifest(directory: &Path) -> Value {
    let index = json(&directory.join("index.json"));
    serde_json::from_slice(&blob(directory, &index["manifests"][0])).unwrap()
}

#[test]
fn writes_an_artifact_with_correct_digests() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("oci");
    assert!(package("connector", &directory).status.success());

    assert_eq!(json(&directory.join("oci-layout"))["imageLayoutVersion"], "1.0.0");
    let index = json(&directory.join("index.json"));
    let named = &index["manifests"][0];
    assert_eq!(named["annotations"]["org.opencontainers.image.ref.name"], "1.2.3");
    let manifest = manifest(&directory);
    assert_eq!(manifest["mediaType"], named["mediaType"]);
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    assert_eq!(manifest["layers"][0]["mediaType"], "application/wasm");
    let origin = Origin {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: Some("0123abc".to_owned()),
        source: Some("https://example.com/sales".to_owned()),
    };
    let component = blob(&directory, &manifest["layers"][0]);
    assert_eq!(component, Composition::Connector.build(&origin).unwrap());
    let config: Value = serde_json::from_slice(&blob(&directory, &manifest["config"])).unwrap();
    assert_eq!(config["layerDigests"][0], manifest["layers"][0]["digest"]);
    assert_eq!((&config["architecture"], &config["os"]), (&"wasm".into(), &"wasip2".into()));
    let exports = config["component"]["exports"].as_array().unwrap();
    assert!(exports.contains(&"dynamics365:sales/actions@0.1.0".into()));

    let again = package("connector", &directory);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is not empty"));
}

#[test]
fn describes_its_content_and_origin_in_component_and_image() {
    let home = tempfile::tempdir().unwrap();
    for (what, title) in [
        ("connector", "dynamics365-sales"),
        ("env", "dynamics365-sales-env"),
        ("gateway-alone", "dynamics365-sales-gateway-alone"),
        ("obelisk-workflow", "dynamics365-sales-obelisk-workflow"),
    ] {
        let directory = home.path().join(what);
        assert!(package(what, &directory).status.success());
        let manifest = manifest(&directory);
        let annotation = |name: &str| {
            let name = format!("org.opencontainers.image.{name}");
            manifest["annotations"][name].as_str().unwrap().to_owned()
        };
        let payload = Payload::from_binary(&blob(&directory, &manifest["layers"][0])).unwrap();
        let metadata = payload.metadata();
        let said = |section: Option<String>| section.unwrap();
        assert_eq!(annotation("title"), title);
        assert_eq!(metadata.name.as_deref(), Some(title));
        for (name, section) in [
            ("description", said(metadata.description.as_ref().map(ToString::to_string))),
            ("authors", said(metadata.authors.as_ref().map(ToString::to_string))),
            ("licenses", said(metadata.licenses.as_ref().map(ToString::to_string))),
            ("version", said(metadata.version.as_ref().map(ToString::to_string))),
            ("revision", said(metadata.revision.as_ref().map(ToString::to_string))),
            ("source", said(metadata.source.as_ref().map(ToString::to_string))),
        ] {
            assert_eq!(annotation(name), section, "{what}: {name}");
        }
        assert_eq!(annotation("licenses"), "Apache-2.0");
        assert_eq!(annotation("revision"), "0123abc");
        assert_eq!(annotation("source"), "https://example.com/sales");
        assert!(annotation("description").contains("ynamics"), "{}", annotation("description"));
    }
}

/// The list in the component that `cargo audit` reads, and the bill of materials next to the
/// layout.
#[test]
fn lists_the_packages_in_a_component() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("oci");
    assert!(package("gateway", &directory).status.success());
    let component = blob(&directory, &manifest(&directory)["layers"][0]);
    let payload = Payload::from_binary(&component).unwrap();
    let listed = payload.metadata().dependencies.as_ref().unwrap().version_info();
    let mut listed: Vec<_> = listed
        .packages
        .iter()
        .map(|package| format!("pkg:cargo/{}@{}", package.name, package.version))
        .collect();
    for name in ["dynamics365-sales-component", "secrets-from-env", "waki", "talc", "wasip2"] {
        let begins = format!("pkg:cargo/{name}@");
        assert_eq!(
            listed.iter().filter(|package| package.starts_with(&begins)).count(),
            1,
            "{name}"
        );
    }
    let sbom = json(&home.path().join("oci.cdx.json"));
    assert_eq!((&sbom["bomFormat"], &sbom["specVersion"]), (&"CycloneDX".into(), &"1.6".into()));
    let subject = &sbom["metadata"]["component"];
    assert_eq!(subject["hashes"][0]["content"], format!("{:x}", Sha256::digest(&component)));
    assert_eq!(subject["properties"][0]["value"], "0123abc");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let components = sbom["components"].as_array().unwrap();
    let mut purls: Vec<_> = components.iter().map(|package| text(&package["purl"])).collect();
    assert!(
        components.iter().all(|package| !text(&package["licenses"][0]["expression"]).is_empty())
    );
    listed.sort();
    purls.sort();
    assert_eq!(listed, purls);
    // Each reference names a component, and each component is referenced.
    let known: BTreeSet<_> = purls.into_iter().chain([text(&subject["bom-ref"])]).collect();
    let needs = sbom["dependencies"].as_array().unwrap();
    let reached: BTreeSet<_> = needs
        .iter()
        .flat_map(|need| need["dependsOn"].as_array().unwrap())
        .map(text)
        .chain([text(&subject["bom-ref"])])
        .collect();
    assert_eq!(reached, known);
}

#[test]
fn writes_the_same_bytes_each_time() {
    let home = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| home.path().join(name).join("oci"));
    assert!(package("gateway", &one).status.success());
    assert!(package("gateway", &two).status.success());
    let [one, two] = [one, two].map(|directory| files(directory.parent().unwrap()));
    assert_eq!(one.len(), 6);
    assert!(one == two);
}

#[cfg(unix)]
#[tokio::test]
async fn can_be_pushed_to_a_registry_pulled_back_and_run() {
    if installed::registry().is_none() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let registry = Registry::start(home.path());
    registry.push("connector", "sales", home.path());
    let pulled = home.path().join("pulled");
    registry.pull("sales", &pulled);
    let component = blob(&pulled, &manifest(&pulled)["layers"][0]);

    let mut dataverse = Dataverse::new(World::new(&Seed::default()));
    let token = dataverse.issue_token();
    let settings = Settings {
        component: Some(component),
        backend: Backend::InProcess(InProcess::new(dataverse)),
        ..Settings::default()
    };
    let connector = Connector::new(settings).unwrap();
    let secrets = Secrets::new()
        .with("instance_url", "https://org12345.crm.dynamics.com")
        .with("access_token", &token);
    let input = r#"{"search_term": "coffee"}"#;
    let answer = connector.invoke(&secrets, "search_accounts", input).await.unwrap();
    assert!(answer.contains("Fourth Coffee"), "{answer}");
}

/// All files in a directory tree with their content.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = self::files(&entry.path()).into_iter();
            files.extend(below.map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

#[test]
fn has_valid_manifests_that_say_whether_they_were_tested() {
    let hosts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hosts");
    for manifest in ["spin/spin.toml", "wassette/policy.yaml"] {
        let text = fs::read_to_string(hosts.join(manifest)).unwrap();
        let marked = text.starts_with("# UNTESTED") || text.starts_with("# TESTED");
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
