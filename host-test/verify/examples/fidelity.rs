//! Writes `docs/fidelity.md` from the assumptions and from the reports in `docs/reports`.

use std::path::Path;

use dataverse_verify::{Report, fidelity};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut reports = Vec::new();
    for file in std::fs::read_dir(docs.join("reports")).into_iter().flatten() {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            reports.push(Report::read(&std::fs::read_to_string(path)?)?);
        }
    }
    std::fs::write(docs.join("fidelity.md"), fidelity(&reports))?;
    Ok(())
}
