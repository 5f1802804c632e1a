//! Everything a run creates is removed: at the end, after a stop, after a crash, and if the
//! organization chooses its own ids.

use std::cell::RefCell;
use std::future::Future;

use bytes::Bytes;
use dataverse_verify::{
    Asked, Journal, Level, Organization, Transport, Unanswered, Unhurried, clean_up, verify,
};
use http::{Method, Request, Response};
use tokio::sync::watch;

use crate::support::{InProcess, organization, simulator};

/// The rows of a set, or the tables.
fn rows(simulator: &InProcess, set: &str) -> usize {
    let organization = organization(simulator);
    let url = format!("{}/api/data/v9.2/{set}", organization.origin);
    let token = format!("Bearer {}", organization.token);
    let request = Request::get(url).header("authorization", token).body(Bytes::new()).unwrap();
    let answer = simulator.0.borrow_mut().handle(request);
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    body["value"].as_array().unwrap().len()
}

fn counts(simulator: &InProcess) -> [usize; 3] {
    ["appointments", "accounts", "EntityDefinitions?$select=LogicalName"]
        .map(|set| rows(simulator, set))
}

/// Passes requests on and acts once a given number have been sent.
struct Counting<'a, F> {
    simulator: &'a InProcess,
    /// A part of the path of the requests that count.
    counted: &'a str,
    left: RefCell<usize>,
    at_the_end: F,
}

impl<F: Fn(&Request<Bytes>) -> Option<Unanswered>> Transport for Counting<'_, F> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Unanswered>> {
        let makes = matches!(*request.method(), Method::POST | Method::PATCH)
            && request.uri().path().contains(self.counted);
        let mut left = self.left.borrow_mut();
        *left = left.saturating_sub(usize::from(makes));
        let failure = if *left == 0 { (self.at_the_end)(&request) } else { None };
        async move {
            match failure {
                Some(failure) if request.method() == Method::DELETE => Err(failure),
                // An unanswered request may still have been applied.
                failure => {
                    let answer = self.simulator.send(request).await;
                    failure.map_or(answer, Err)
                }
            }
        }
    }
}

fn writing() -> Asked {
    Asked { level: Level::Write, ..Asked::default() }
}

#[tokio::test(start_paused = true)]
async fn a_complete_run_leaves_nothing_behind() {
    let simulator = simulator();
    let before = counts(&simulator);
    let (report, left) = crate::support::run(&simulator).await;
    assert!(!report.differs());
    assert_eq!(counts(&simulator), before);
    assert!(left.removed > 20 && left.left.is_empty(), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_with_the_removal() {
    let simulator = simulator();
    let before = counts(&simulator);
    let directory = tempfile::tempdir().unwrap();
    let organization = organization(&simulator);
    let mut journal = Journal::begin(directory.path(), &organization.origin);
    let (stop, stopped) = watch::channel(false);
    let transport = Counting {
        simulator: &simulator,
        counted: "appointments",
        left: RefCell::new(30),
        at_the_end: |_: &Request<Bytes>| {
            stop.send_replace(true);
            None
        },
    };
    let (report, left) =
        verify(&writing(), &organization, &transport, &mut journal, stopped, &mut Unhurried).await;
    assert!(report.findings.iter().any(|own| own.why.as_deref() == Some("the run was stopped")));
    assert!(left.removed > 5, "{left:?}");
    assert_eq!(counts(&simulator), before);
    assert!(!journal.path().exists());
}

#[tokio::test(start_paused = true)]
async fn a_crash_leaves_a_journal_that_cleans_up() {
    for customize in [false, true] {
        let simulator = simulator();
        let before = counts(&simulator);
        let directory = tempfile::tempdir().unwrap();
        let organization = organization(&simulator);
        let mut journal = Journal::begin(directory.path(), &organization.origin);
        let (_stop, stop) = watch::channel(false);
        let asked = if customize { crate::support::everything(&simulator) } else { writing() };
        let transport = Counting {
            simulator: &simulator,
            // The first attempt to create the table is refused because of the customization lock.
            counted: if customize { "EntityDefinitions" } else { "appointments" },
            left: RefCell::new(if customize { 2 } else { 30 }),
            at_the_end: |_: &Request<Bytes>| Some(Unanswered::Broken),
        };
        // From a certain request on, nothing gets through, not even the removal, as if the process
        // had died. The last request was applied, though.
        let mut watch = Unhurried;
        verify(&asked, &organization, &transport, &mut journal, stop, &mut watch).await;
        assert_ne!(counts(&simulator), before);
        assert!(journal.path().exists());

        let other = Organization {
            origin: "https://other.crm.dynamics.com".to_owned(),
            ..organization.clone()
        };
        let none = clean_up(directory.path(), &other, &simulator).await.unwrap();
        assert_eq!(none.removed, 0);
        let left = clean_up(directory.path(), &organization, &simulator).await.unwrap();
        assert_eq!(left.left, [""; 0]);
        assert_eq!(counts(&simulator), before);
        assert!(!journal.path().exists());
    }
}

#[tokio::test(start_paused = true)]
async fn removes_rows_to_which_the_organization_gave_its_own_ids() {
    let simulator = simulator();
    let settings = |name: &str, value: &str| {
        simulator.0.borrow_mut().world.settings.set_by_name(name, value).unwrap();
    };
    settings("chosen_ids_are_taken", "false");
    let before = counts(&simulator);
    let (_, left) = crate::support::run(&simulator).await;
    assert_eq!(left.left, [""; 0]);
    assert_eq!(counts(&simulator), before);
    // Even the response does not give the ids; the mark finds the rows.
    settings("created_row_has_entity_id", "false");
    settings("created_row_has_location", "false");
    crate::support::run(&simulator).await;
    assert_eq!(counts(&simulator), before);
}

#[tokio::test(start_paused = true)]
async fn reading_writes_nothing() {
    let simulator = simulator();
    let (report, _) = crate::support::run_asked(&simulator, &Asked::default()).await;
    assert!(report.findings.len() > 60);
    let dataverse = simulator.0.borrow();
    let writes = dataverse
        .journal()
        .iter()
        .filter(|entry| entry.method != "GET" && !entry.path.ends_with("/oauth2/v2.0/token"));
    assert_eq!(writes.count(), 0);
}
