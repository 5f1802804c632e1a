//! A component's metadata in custom sections: its name, description, authors, license, revision and
//! packages. [`wasm-metadata`](wasm_metadata), `wasm-tools metadata show` and `cargo audit` read
//! it.

use auditable_serde::{DependencyKind, Source, VersionInfo};
use wasm_encoder::ComponentSection as _;
use wasm_metadata::{
    AddMetadata, AddMetadataField, Authors, Dependencies, Description, Licenses, Revision, Version,
};

use crate::origin::Origin;
use crate::packages::Package;

/// The authors.
pub const AUTHORS: &str = "The dynamics365-sales authors";

/// This workspace's license, an SPDX expression.
pub const LICENSE: &str = env!("CARGO_PKG_LICENSE");

/// Adds the metadata to a component.
///
/// # Errors
///
/// Fails if the bytes are not a component, or if the origin or a version is malformed; the text
/// says which.
pub fn describe(
    component: &[u8],
    (name, description): (&str, &str),
    packages: &[Package],
    origin: &Origin,
) -> Result<Vec<u8>, String> {
    let told = |error: &dyn std::fmt::Display| format!("the metadata cannot be written: {error:#}");
    let mut metadata = AddMetadata::default();
    metadata.name = AddMetadataField::Set(name.to_owned());
    metadata.authors = AddMetadataField::Set(Authors::new(AUTHORS));
    metadata.description = AddMetadataField::Set(Description::new(description.to_owned()));
    let licenses = Licenses::new(LICENSE).map_err(|error| told(&error))?;
    metadata.licenses = AddMetadataField::Set(licenses);
    metadata.version = AddMetadataField::Set(Version::new(origin.version.clone()));
    if let Some(revision) = &origin.revision {
        metadata.revision = AddMetadataField::Set(Revision::new(revision.clone()));
    }
    if let Some(source) = &origin.source {
        let source = wasm_metadata::Source::new(source).map_err(|error| told(&error))?;
        metadata.source = AddMetadataField::Set(source);
    }
    let mut component = metadata.to_wasm(component).map_err(|error| told(&error))?;
    let audited = audited(packages).map_err(|error| told(&error))?;
    Dependencies::new(audited).map_err(|error| told(&error))?.append_to_component(&mut component);
    Ok(component)
}

/// The packages in the format of `cargo audit`.
fn audited(packages: &[Package]) -> Result<VersionInfo, semver::Error> {
    let packages = packages.iter().enumerate().map(|(position, package)| {
        Ok(auditable_serde::Package {
            name: package.name.clone(),
            version: package.version.parse()?,
            source: if package.is_foreign { Source::CratesIo } else { Source::Local },
            kind: DependencyKind::Runtime,
            dependencies: package.needs.clone(),
            root: position == 0,
        })
    });
    Ok(VersionInfo { packages: packages.collect::<Result<_, _>>()?, format: 0 })
}
