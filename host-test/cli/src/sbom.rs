//! A component's software bill of materials in [CycloneDX 1.6
//! JSON](https://cyclonedx.org/docs/1.6/json/).

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::metadata::{AUTHORS, LICENSE};
use crate::origin::Origin;
use crate::packages::Package;

/// The bill of materials of this component. It has no time and no serial number, so the same
/// component gives the same document.
pub fn sbom(
    component: &[u8],
    (name, description): (&str, &str),
    packages: &[Package],
    origin: &Origin,
) -> Value {
    let whole = format!("pkg:generic/{name}@{}", origin.version);
    let mut subject = json!({
        "type": "application",
        "bom-ref": whole,
        "name": name,
        "version": origin.version,
        "description": description,
        "authors": [{"name": AUTHORS}],
        "licenses": [{"expression": LICENSE}],
        "hashes": [{"alg": "SHA-256", "content": format!("{:x}", Sha256::digest(component))}],
    });
    if let Some(revision) = &origin.revision {
        subject["properties"] = json!([{"name": "revision", "value": revision}]);
    }
    if let Some(source) = &origin.source {
        subject["externalReferences"] = json!([{"type": "vcs", "url": source}]);
    }
    let listed: Vec<Value> = packages.iter().map(listed).collect();
    let mut needs = vec![json!({"ref": whole, "dependsOn": roots(packages)})];
    needs.extend(packages.iter().map(|package| {
        let needed = package.needs.iter().filter_map(|need| packages.get(*need));
        json!({"ref": purl(package), "dependsOn": needed.map(purl).collect::<Vec<_>>()})
    }));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": subject,
            "tools": {"components": [{
                "type": "application",
                "name": "dynamics365-sales",
                "version": env!("CARGO_PKG_VERSION"),
            }]},
        },
        "components": listed,
        "dependencies": needs,
    })
}

fn listed(package: &Package) -> Value {
    json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "licenses": [{"expression": package.license}],
        "purl": purl(package),
    })
}

/// The packages on which no other package depends.
fn roots(packages: &[Package]) -> Vec<String> {
    let is_needed = |position| packages.iter().any(|package| package.needs.contains(&position));
    let roots = packages.iter().enumerate().filter(|(position, _)| !is_needed(*position));
    roots.map(|(_, package)| purl(package)).collect()
}

fn purl(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}
