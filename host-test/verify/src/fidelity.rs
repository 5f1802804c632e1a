//! `docs/fidelity.md`: the assumptions, their evidence and the findings of organizations.

use std::fmt::Write as _;

use crate::assumption::assumptions;
use crate::report::{Outcome, Report};

/// The page. `reports` are the reports from organizations.
pub fn fidelity(reports: &[Report]) -> String {
    let mut out = format!(
        "# Assumptions about Dataverse\n\n\
         Each sentence below is an assumption about Dataverse, with its evidence. No live organization was\n\
         available while this was built; [`dynamics365-sales verify`](verify.md) checks each assumption\n\
         against an organization. Reports so far: {}.\n\n\
         `cargo run -p dataverse-verify --example fidelity` generates this page from\n\
         `host-test/verify/assumptions`.\n",
        reports.len()
    );
    let mut group = "";
    for assumption in assumptions() {
        let (own, name) = assumption.name.split_once('/').unwrap_or(("", &assumption.name));
        if own != group {
            group = own;
            let _ = write!(
                out,
                "\n## {group}\n\n| name | assumption | evidence | level | code that depends on it | organizations |\n|---|---|---|---|---|---|\n"
            );
        }
        let rests: Vec<_> = assumption.rests.iter().map(|rest| format!("`{rest}`")).collect();
        let _ = writeln!(
            out,
            "| `{name}` | {} | {}: {} | {} | {} | {} |",
            cell(&assumption.assumed),
            assumption.evidence,
            cell(&assumption.source),
            assumption.level,
            rests.join(", "),
            said(&assumption.name, reports),
        );
    }
    out
}

/// How many organizations agree, and what the others do.
fn said(name: &str, reports: &[Report]) -> String {
    let findings = reports.iter().flat_map(|report| &report.findings);
    let own: Vec<_> = findings.filter(|finding| finding.name == name).collect();
    let agree = own.iter().filter(|finding| finding.outcome == Outcome::Agrees).count();
    let mut words: Vec<String> = own
        .iter()
        .filter(|finding| finding.outcome == Outcome::Differs)
        .map(|finding| format!("differs ({})", finding.shown()))
        .collect();
    words.sort();
    if agree > 0 {
        words.insert(0, format!("{agree} agree"));
    }
    if words.is_empty() { "none yet".to_owned() } else { cell(&words.join("; ")) }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
