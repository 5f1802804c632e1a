//! Invented organizations: a simulator learns each from its report and then gives the same report.

use dataverse_verify::{Outcome, Report, settings};

use crate::support::{run, simulator};

/// Plausible organizations, as settings of the simulator.
const ORGANIZATIONS: [&[(&str, &str)]; 4] = [
    // An older, German organization that allows changes to closed appointments.
    &[
        ("base_language", "1031"),
        ("closed_appointments_are_read_only", "false"),
        ("top_with_page_size", "page-size-is-ignored"),
        ("created_row_has_location", "false"),
        ("update_has_entity_id", "false"),
    ],
    // An organization that refuses what the component relies on.
    &[
        ("refusal.create_by_patch_with_parties", "400 0x80048d19"),
        ("refusal.groupby_on_text", "501 empty"),
        ("refusal.end_before_start", "400 0x80040203"),
        ("closed_appointment_status", "405"),
        ("refusal.wrong_cast", "400 0x80060888"),
    ],
    // An organization on another database.
    &[
        ("ne_matches_null", "true"),
        ("nulls_come_last", "true"),
        ("accents_are_ignored", "true"),
        ("trailing_blanks_are_ignored", "false"),
        ("contains_minds_case", "true"),
        ("next_links", "other-spelling"),
    ],
    // An organization with other column lengths and a sign-in service of its own.
    &[
        ("length.subject", "400"),
        ("length.location", "300"),
        ("sign_in_refusal.700016", "401 invalid_client"),
        ("header.x_ms_dop_hint", "absent"),
        ("new_appointments_are_open", "true"),
        ("refusal.no_such_row", "410 of another form"),
    ],
];

#[tokio::test(start_paused = true)]
async fn a_simulator_that_learned_reports_the_same() {
    for organization in ORGANIZATIONS {
        let original = simulator();
        for (name, value) in organization {
            original.0.borrow_mut().world.settings.set_by_name(name, value).unwrap();
        }
        let report = run(&original).await.0;
        let differing = report.count(Outcome::Differs);
        assert_eq!(
            differing,
            organization.len(),
            "{organization:?}: {:#?}",
            crate::support::with(&report, Outcome::Differs)
                .into_iter()
                .chain(crate::support::with(&report, Outcome::NotTried))
                .collect::<Vec<_>>()
        );

        // The report goes through a file, as people attach it to an issue.
        let read = Report::read(&report.json()).unwrap();
        assert_eq!(read, report);
        let learned = simulator();
        for setting in settings(&read) {
            let own = &mut learned.0.borrow_mut().world.settings;
            own.set_by_name(&setting.name, &setting.text()).unwrap();
        }
        assert_eq!(run(&learned).await.0, report);
    }
}
