//! A component as an OCI image layout, which tools such as `oras`, `crane` and `skopeo` copy to a
//! registry.
//!
//! The media types follow [the Wasm OCI
//! artifact](https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/); the directory
//! follows [the image
//! layout](https://github.com/opencontainers/image-spec/blob/main/image-layout.md). The same
//! component from the same origin gives the same files.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::interface::{Interface, NotAComponentError};
use crate::metadata::{AUTHORS, LICENSE};
use crate::origin::Origin;

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A file of the layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the directory: `blobs/sha256/…`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The layout of a component with this name and description, under a tag such as `0.1.0`.
///
/// # Errors
///
/// Fails with [`NotAComponentError`] if the bytes are something else.
pub fn layout(
    component: &[u8],
    (title, description): (&str, &str),
    origin: &Origin,
    tag: &str,
) -> Result<Vec<File>, NotAComponentError> {
    let config = config(component)?.to_string().into_bytes();
    let mut annotations = json!({
        "org.opencontainers.image.title": title,
        "org.opencontainers.image.description": description,
        "org.opencontainers.image.authors": AUTHORS,
        "org.opencontainers.image.licenses": LICENSE,
        "org.opencontainers.image.version": origin.version,
    });
    for (name, value) in [("revision", &origin.revision), ("source", &origin.source)] {
        if let Some(value) = value {
            annotations[format!("org.opencontainers.image.{name}")] = json!(value);
        }
    }
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config),
        "layers": [descriptor(LAYER, component)],
        "annotations": annotations,
    })
    .to_string()
    .into_bytes();
    let mut named = descriptor(MANIFEST, &manifest);
    named["annotations"] = json!({"org.opencontainers.image.ref.name": tag});
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]});
    let version = json!({"imageLayoutVersion": "1.0.0"});
    let file = |path: &str, bytes: Vec<u8>| File { path: path.to_owned(), bytes };
    Ok(vec![
        file("oci-layout", version.to_string().into_bytes()),
        file("index.json", index.to_string().into_bytes()),
        blob(manifest),
        blob(config),
        blob(component.to_vec()),
    ])
}

/// The artifact's configuration: what the component imports and exports.
fn config(component: &[u8]) -> Result<Value, NotAComponentError> {
    let Interface { imports, exports } = Interface::of(component)?;
    Ok(json!({
        // A constant, so that the digests depend only on the component.
        "created": "1970-01-01T00:00:00Z",
        "architecture": "wasm",
        "os": "wasip2",
        "layerDigests": [digest(component)],
        "component": {"imports": imports, "exports": exports, "target": null},
    }))
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len()})
}

fn blob(bytes: Vec<u8>) -> File {
    File { path: format!("blobs/{}", digest(&bytes).replace(':', "/")), bytes }
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}
