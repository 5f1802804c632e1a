//! Shared by the tests: a simulator as a transport, and a run against it.

use std::cell::RefCell;
use std::future::{Future, ready};

use bytes::Bytes;
use dataverse_sim::{Dataverse, Fault, Seed, World};
use dataverse_verify::{
    Asked, Finding, Journal, Left, Level, Organization, Outcome, Report, Transport, Unanswered,
    Unhurried, verify,
};
use http::{Request, Response};
use tempfile::TempDir;

/// A simulator without a socket.
pub(crate) struct InProcess(pub(crate) RefCell<Dataverse>);

impl Transport for InProcess {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Unanswered>> {
        ready(Ok(self.0.borrow_mut().handle(request)))
    }
}

/// A fresh simulated organization that throttles one request and is busy with another customization
/// once.
pub(crate) fn simulator() -> InProcess {
    let mut dataverse = Dataverse::new(World::new(&Seed::default()));
    dataverse.next_for("GET", "contacts", Fault::throttled(5));
    dataverse.next_for(
        "POST",
        "EntityDefinitions",
        Fault::customization_lock("EntityCustomization"),
    );
    InProcess(RefCell::new(dataverse))
}

/// The simulator as an organization, with a token of its own.
pub(crate) fn organization(simulator: &InProcess) -> Organization {
    let origin = "https://org12345.crm4.dynamics.com".to_owned();
    let token = simulator.0.borrow_mut().issue_token();
    Organization { sign_in: origin.clone(), origin, token }
}

/// Options that select everything.
pub(crate) fn everything(simulator: &InProcess) -> Asked {
    let organization = organization(simulator);
    let url = format!(
        "{}/api/data/v9.2/solutions?$select=solutionid&$filter=uniquename%20eq%20'ContosoSales'",
        organization.origin
    );
    let token = format!("Bearer {}", organization.token);
    let request = Request::get(url).header("authorization", token).body(Bytes::new()).unwrap();
    let answer = simulator.0.borrow_mut().handle(request);
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    let solution = body["value"][0]["solutionid"].as_str().map(str::to_owned);
    Asked { level: Level::Customize, solution, only: None }
}

/// Runs everything.
pub(crate) async fn run(simulator: &InProcess) -> (Report, Left) {
    run_asked(simulator, &everything(simulator)).await
}

/// Runs with these options.
pub(crate) async fn run_asked(simulator: &InProcess, asked: &Asked) -> (Report, Left) {
    let directory = TempDir::new().unwrap();
    let organization = organization(simulator);
    let mut journal = Journal::begin(directory.path(), &organization.origin);
    let (_stop, stop) = tokio::sync::watch::channel(false);
    verify(asked, &organization, simulator, &mut journal, stop, &mut Unhurried).await
}

/// The findings with this outcome, in words.
pub(crate) fn with(report: &Report, outcome: Outcome) -> Vec<String> {
    let findings = report.findings.iter().filter(|finding| finding.outcome == outcome);
    findings.map(words).collect()
}

fn words(finding: &Finding) -> String {
    match &finding.why {
        Some(why) => format!("{}: {why}", finding.name),
        None => format!("{}: {} / {}", finding.name, finding.expected(), finding.shown()),
    }
}
