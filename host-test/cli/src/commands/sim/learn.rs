//! `sim --as`: the simulator behaves like the organization in a report.

use std::path::Path;

use dataverse_sim::Settings;
use dataverse_verify::{Outcome, Report};

use crate::commands::Stop;
use crate::terminal;

/// Applies the settings learned from a report and prints them.
pub(super) fn learn(settings: &mut Settings, path: &Path) -> Result<(), Stop> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::Failed(format!("cannot read `{shown}`: {error}")))?;
    let report =
        Report::read(&text).map_err(|error| Stop::Failed(format!("`{shown}` is {error}")))?;
    let learned = dataverse_verify::settings(&report);
    for setting in &learned {
        settings
            .set_by_name(&setting.name, &setting.text())
            .map_err(|error| Stop::Failed(format!("`{shown}`: {error}")))?;
        let line = format!("{} = {} ({})", setting.name, setting.text(), setting.learned_from);
        terminal::note(terminal::quiet(terminal::plain(&line)));
    }
    let differing = report.findings.iter().filter(|own| own.outcome == Outcome::Differs);
    for finding in
        differing.filter(|own| learned.iter().all(|known| known.learned_from != own.name))
    {
        terminal::note(format_args!(
            "the simulator has no setting for the difference in `{}`",
            terminal::plain(&finding.name)
        ));
    }
    Ok(())
}
