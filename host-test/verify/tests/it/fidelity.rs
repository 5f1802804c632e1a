//! `docs/fidelity.md` is generated from the assumptions.

use std::path::Path;

use dataverse_verify::{Report, fidelity};

#[test]
fn the_page_is_up_to_date() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let page = std::fs::read_to_string(docs.join("fidelity.md")).unwrap();
    let mut reports = Vec::new();
    for file in std::fs::read_dir(docs.join("reports")).into_iter().flatten() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            reports.push(Report::read(&std::fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
    assert!(
        page == fidelity(&reports),
        "regenerate it: cargo run -p dataverse-verify --example fidelity"
    );
}
