//! Changes each setting of the simulator: exactly the assumption about it differs, and the report
//! teaches the setting.

use dataverse_verify::{
    Asked, Assumption, Outcome, Report, Setting, assumptions, lessons, settings,
};

use crate::support::{InProcess, everything, run, run_asked, simulator, with};

/// A simulator with these settings.
fn turned(settings: &[Setting]) -> InProcess {
    let simulator = simulator();
    for setting in settings {
        let own = &mut simulator.0.borrow_mut().world.settings;
        own.set_by_name(&setting.name, &setting.text()).unwrap();
    }
    simulator
}

fn differing(report: &Report) -> Vec<&str> {
    let all = report.findings.iter().filter(|finding| finding.outcome == Outcome::Differs);
    all.map(|finding| finding.name.as_str()).collect()
}

async fn check(assumption: &Assumption, lesson: &[Setting]) -> Result<(), String> {
    let (report, left) = run(&turned(lesson)).await;
    if differing(&report) != [&assumption.name] {
        return Err(format!("{lesson:?}: {:#?}", with(&report, Outcome::Differs)));
    }
    if !left.left.is_empty() {
        return Err(format!("{lesson:?} leaves {left:?}"));
    }
    let learned = settings(&report);
    let simulator = turned(&learned);
    let only = Some(assumption.name.clone());
    let asked = Asked { only, ..everything(&simulator) };
    let (again, _) = run_asked(&simulator, &asked).await;
    // A short run meets no throttled request, so it cannot report one.
    let own = |report: &Report| {
        let mut own = report.findings.iter().filter(|finding| finding.name == assumption.name);
        own.next().cloned()
    };
    if own(&again) != own(&report) && !assumption.name.starts_with("throttling/") {
        return Err(format!("{lesson:?}: learned {learned:?}, and reports something else"));
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_changed_setting_makes_one_assumption_differ() {
    let mut wrong = Vec::new();
    for assumption in assumptions() {
        for lesson in lessons(assumption) {
            if let Err(what) = check(assumption, &lesson).await {
                wrong.push(format!("{}: {what}", assumption.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
