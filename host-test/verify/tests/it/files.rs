//! The assumption files are consistent.

use std::collections::BTreeSet;

use dataverse_sim::Settings;
use dataverse_verify::{Evidence, assumptions, lessons, unbound};

#[test]
fn there_are_enough_of_each_kind() {
    let all = assumptions();
    assert!(all.len() >= 60, "{}", all.len());
    let names: BTreeSet<_> = all.iter().map(|own| &own.name).collect();
    assert_eq!(names.len(), all.len());
    for own in all {
        assert!(!own.assumed.ends_with('.') && !own.source.is_empty(), "{}", own.name);
        assert!(own.evidence == Evidence::Documented || !own.rests.is_empty(), "{}", own.name);
    }
}

#[test]
fn every_variable_is_bound() {
    assert_eq!(unbound(), [""; 0]);
}

#[test]
fn the_simulator_knows_every_setting_that_is_learned() {
    for assumption in assumptions() {
        for setting in lessons(assumption).into_iter().flatten() {
            let taken = Settings::default().set_by_name(&setting.name, &setting.text());
            taken.unwrap_or_else(|error| panic!("{}: {error}", assumption.name));
        }
    }
}
