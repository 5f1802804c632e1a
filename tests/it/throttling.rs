//! Throttling and outages: retries, their delays and limits, and the caller's failure.

use std::time::Duration;

use dataverse_sim::{Author, Fault, Limit, RetryAfter, Told, When};
use dynamics365_sales::retry::{ATTEMPTS, BUDGET, CONNECTIONS};
use host_test::Harness;
use host_test::actions::FailureKind;

use crate::inputs::{account, bank_account, kick_off, no_change};
use crate::support::{answering, count};

fn throttled(limit: Limit, retry_after: RetryAfter) -> Fault {
    Fault::Throttled { limit, retry_after }
}

fn unavailable(when: When) -> Fault {
    Fault::ServerError {
        status: 503,
        when,
        author: Author::Dataverse,
        retry_after: RetryAfter::Absent,
    }
}

/// The number of requests with this method.
fn sent(host: &Harness, method: &str) -> usize {
    host.sim().journal().iter().filter(|entry| entry.method == method).count()
}

#[test]
fn names_the_exceeded_limit_and_when_to_retry() {
    let limits = [
        (Limit::Requests, "too many requests in 5 minutes", "0x80072322"),
        (Limit::ExecutionTime, "too much execution time in 5 minutes", "0x80072321"),
        (Limit::Concurrency, "too many requests at the same time", "0x80072326"),
    ];
    for (limit, words, code) in limits {
        let host = Harness::new();
        host.sim().always(throttled(limit, RetryAfter::Seconds(300)));
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Wait);
        let start = format!("Dynamics 365 is throttling: {words} (429, `{code}`); it says: ");
        assert!(failure.message.starts_with(&start), "{}", failure.message);
        assert_eq!((failure.status, failure.code.as_deref()), (Some(429), Some(code)));
        assert_eq!(failure.retry_after_seconds, Some(300));
        assert!(!failure.may_have_been_applied);
        // Longer than a call may wait, so it does not wait at all.
        assert_eq!((host.requests(), host.elapsed()), (1, Duration::ZERO));
    }
}

#[test]
fn names_no_limit_without_a_known_code() {
    let body = r#"{"error":{"code":"0x80072399","message":"Slow down."}}"#;
    for (body, message) in [
        (
            body,
            "Dynamics 365 is throttling (429, `0x80072399`); it says: Slow down; try again in 90 seconds",
        ),
        ("", "Dynamics 365 is throttling (429); try again in 90 seconds"),
    ] {
        let host = Harness::new();
        host.sim().always(answering(429, &[("retry-after", "90")], body));
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Wait, message));
        assert_eq!((failure.retry_after_seconds, host.requests()), (Some(90), 1));
    }
}

#[test]
fn waits_exactly_as_long_as_requested_in_either_form() {
    for retry_after in [RetryAfter::Seconds(17), RetryAfter::Date(17)] {
        let host = Harness::new();
        host.sim().next(throttled(Limit::Requests, retry_after));
        host.get_account(&account(0)).unwrap();
        assert_eq!((host.requests(), host.elapsed().as_secs()), (2, 17), "{retry_after:?}");
    }
}

#[test]
fn measures_a_date_by_the_clock_that_wrote_it() {
    for skew in [-86_400, -600, 600, 86_400] {
        let host = Harness::new();
        host.sim().world.settings.date_skew = skew;
        host.sim().next(throttled(Limit::Requests, RetryAfter::Date(17)));
        host.get_account(&account(0)).unwrap();
        assert_eq!((host.requests(), host.elapsed().as_secs()), (2, 17), "{skew} seconds off");
    }
}

#[test]
fn rounds_a_fraction_up() {
    let host = Harness::new();
    host.sim().next(throttled(Limit::Requests, RetryAfter::Fraction(2_500)));
    host.get_account(&account(0)).unwrap();
    assert_eq!(host.elapsed().as_secs(), 3);

    let host = Harness::new();
    host.sim().always(throttled(Limit::Requests, RetryAfter::Fraction(299_001)));
    assert_eq!(host.get_account(&account(0)).unwrap_err().retry_after_seconds, Some(300));
}

#[test]
fn keeps_its_own_pauses_when_asked_for_shorter_ones() {
    for retry_after in [
        RetryAfter::Absent,
        RetryAfter::Seconds(0),
        RetryAfter::PastDate(600),
        RetryAfter::Date(0),
        RetryAfter::Text("soon"),
        RetryAfter::Text("-5"),
        RetryAfter::Text("0.0"),
        RetryAfter::Text(""),
    ] {
        let host = Harness::new();
        host.sim().always(throttled(Limit::Requests, retry_after));
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!(failure.retry_after_seconds, None, "{retry_after:?}");
        // Five pauses of at least half of 1, 2, 4, 8 and 16 seconds.
        assert_eq!(host.requests(), ATTEMPTS as usize, "{retry_after:?}");
        assert!(host.elapsed().as_millis() >= 15_500, "{retry_after:?}: {:?}", host.elapsed());
    }
    let host = Harness::new();
    host.sim().always(throttled(Limit::Requests, RetryAfter::Seconds(1)));
    host.get_account(&account(0)).unwrap_err();
    assert!(host.elapsed().as_millis() >= 15_500, "{:?}", host.elapsed());
}

#[test]
fn waits_up_to_the_budget_and_not_beyond_it() {
    let host = Harness::new();
    host.sim().next(throttled(Limit::Requests, RetryAfter::Seconds(60)));
    host.get_account(&account(0)).unwrap();
    assert_eq!(host.elapsed(), Duration::from_millis(BUDGET));

    let host = Harness::new();
    host.sim().next(throttled(Limit::Requests, RetryAfter::Seconds(61)));
    let failure = host.get_account(&account(0)).unwrap_err();
    assert_eq!(failure.retry_after_seconds, Some(61));
    assert_eq!((host.requests(), host.elapsed()), (1, Duration::ZERO));
}

#[test]
fn shares_one_budget_among_all_requests_of_a_call() {
    let host = Harness::new();
    host.sim().next_for("GET", "systemusers", throttled(Limit::Requests, RetryAfter::Seconds(40)));
    host.sim().next_for(
        "PATCH",
        "appointments",
        throttled(Limit::Requests, RetryAfter::Seconds(40)),
    );
    let before = count(&host, "appointment");
    let failure = host.create_appointment(&kick_off()).unwrap_err();
    assert_eq!((failure.kind, failure.retry_after_seconds), (FailureKind::Wait, Some(40)));
    assert!(!failure.may_have_been_applied);
    assert_eq!(host.elapsed().as_secs(), 40);
    assert_eq!(count(&host, "appointment"), before);
}

#[test]
fn backs_off_longer_each_time_without_retry_after() {
    let waited = |times| {
        let host = Harness::new();
        host.sim().times(times, throttled(Limit::Requests, RetryAfter::Absent));
        host.get_account(&account(0)).unwrap();
        assert_eq!(host.requests(), times as usize + 1);
        host.elapsed().as_millis()
    };
    // At least half of 1, 2, 4, … seconds, plus a random part of the other half.
    for (times, least, most) in [(1, 500, 1_000), (2, 1_500, 3_000), (4, 7_500, 15_000)] {
        let waited = waited(times);
        assert!((least..=most).contains(&waited), "{times} times: {waited} ms");
    }
}

#[test]
fn gives_up_after_the_maximum_number_of_attempts() {
    let host = Harness::new();
    host.sim().always(unavailable(When::BeforeCommit));
    let failure = host.get_account(&account(0)).unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Wait, Some(503)));
    assert_eq!(host.requests(), ATTEMPTS as usize);
    assert!(host.elapsed() <= Duration::from_millis(BUDGET), "{:?}", host.elapsed());
}

#[test]
fn reports_an_unreachable_server_soon() {
    let host = Harness::new();
    host.sim().always(Fault::ConnectionRefused);
    let failure = host.create_appointment(&kick_off()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Wait);
    assert!(
        failure.message.starts_with("`org12345.crm.dynamics.com` is not reachable ("),
        "{}",
        failure.message
    );
    assert_eq!(host.requests(), CONNECTIONS as usize);
    assert!(host.elapsed() < Duration::from_secs(15), "{:?}", host.elapsed());
}

#[test]
fn retries_a_throttled_write_because_it_did_not_start() {
    let host = Harness::new();
    let three_times = Told::times(3, throttled(Limit::Concurrency, RetryAfter::Seconds(5)));
    host.sim().tell(three_times.method("POST").resource("EntityDefinitions"));
    host.create_custom_entity(&bank_account(&host)).unwrap();
    assert_eq!((sent(&host, "POST"), host.elapsed().as_secs()), (4, 15));
}

/// The requests for definitions and their statuses.
fn definitions(host: &Harness) -> Vec<(String, Option<u16>)> {
    let sim = host.sim();
    let asked = sim.journal().iter().filter(|entry| entry.target.contains("EntityDefinitions"));
    asked.map(|entry| (entry.method.to_string(), entry.status)).collect()
}

fn steps(steps: &[(&str, Option<u16>)]) -> Vec<(String, Option<u16>)> {
    steps.iter().map(|(method, status)| ((*method).to_owned(), *status)).collect()
}

#[test]
fn creates_the_table_again_once_it_has_seen_that_it_is_missing() {
    for (fault, status) in [
        (unavailable(When::BeforeCommit), Some(503)),
        (Fault::server_error(500), Some(500)),
        (Fault::Reset(When::BeforeCommit), None),
    ] {
        let host = Harness::new();
        host.sim().next_for("POST", "EntityDefinitions", fault);
        let before = host.sim().world.schema.tables.len();
        host.create_custom_entity(&bank_account(&host)).unwrap();
        let wanted =
            [("POST", status), ("GET", Some(404)), ("POST", Some(204)), ("GET", Some(200))];
        assert_eq!(definitions(&host), steps(&wanted));
        assert_eq!(host.sim().world.schema.tables.len(), before + 1);
        let sim = host.sim();
        let looks = sim
            .journal()
            .iter()
            .filter(|entry| entry.method == "GET" && entry.target.contains("EntityDefinitions"));
        assert!(looks.into_iter().all(|look| look.header("consistency") == Some("Strong")));
    }
}

#[test]
fn finds_the_table_that_a_lost_attempt_still_creates() {
    // The first attempt is still running and not visible in the first one or two reads.
    for missing_looks in [1, 2] {
        let host = Harness::new();
        host.sim().next_for("POST", "EntityDefinitions", Fault::Reset(When::AfterCommit));
        let missing = Told::times(missing_looks, Fault::NotFound);
        host.sim().tell(missing.method("GET").resource("EntityDefinitions"));
        let before = host.sim().world.schema.tables.len();
        host.create_custom_entity(&bank_account(&host)).unwrap();
        let mut wanted = vec![("POST", None)];
        for _ in 0..missing_looks {
            wanted.extend([("GET", Some(404)), ("POST", Some(400))]);
        }
        wanted.push(("GET", Some(200)));
        assert_eq!(definitions(&host), steps(&wanted));
        assert_eq!(host.sim().world.schema.tables.len(), before + 1);
    }
}

#[test]
fn does_not_send_a_table_again_when_it_cannot_see_whether_it_exists() {
    for look in [Fault::Forbidden, Fault::MalformedJson, Fault::OtherShape] {
        let host = Harness::new();
        host.sim().next_for("POST", "EntityDefinitions", Fault::Reset(When::AfterCommit));
        host.sim().next_for("GET", "EntityDefinitions", look.clone());
        let failure = host.create_custom_entity(&bank_account(&host)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Wait, "{look:?}");
        assert!(failure.may_have_been_applied, "{look:?}");
        assert_eq!(sent(&host, "POST"), 1, "{look:?}");
    }
}

#[test]
fn checks_between_any_two_attempts_to_create_a_table_and_gives_up() {
    let host = Harness::new();
    let always = Told::always(unavailable(When::BeforeCommit));
    host.sim().tell(always.method("POST").resource("EntityDefinitions"));
    let failure = host.create_custom_entity(&bank_account(&host)).unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Wait, Some(503)));
    assert!(failure.may_have_been_applied);
    let attempt = [("POST", Some(503)), ("GET", Some(404))];
    assert_eq!(definitions(&host), steps(&attempt.repeat(ATTEMPTS as usize)));
    assert!(host.elapsed() <= Duration::from_millis(BUDGET), "{:?}", host.elapsed());
}

#[test]
fn finds_its_own_table_after_a_lost_response() {
    let host = Harness::new();
    host.sim().next_for("POST", "EntityDefinitions", Fault::Reset(When::AfterCommit));
    let answer = host.invoke(
        "create_custom_entity",
        serde_json::json!({
            "solution_id": crate::inputs::contoso_solution(&host),
            "display_name": "Bank Account",
            "primary_attribute": "Account Name",
        }),
    );
    assert_eq!(answer["success"], true, "{answer}");
    let name = answer["entity"]["SchemaName"].as_str().unwrap();
    assert!(name.ends_with("_BankAccount") && answer["entity"]["MetadataId"].is_string());
    assert_eq!(sent(&host, "POST"), 1);
}

#[test]
fn does_not_mistake_an_older_table_of_the_same_name_for_its_own() {
    let host = Harness::new();
    host.create_custom_entity(&bank_account(&host)).unwrap();
    host.pass(Duration::from_secs(1_800));
    host.sim().next_for("POST", "EntityDefinitions", Fault::Reset(When::BeforeCommit));
    let failure = host.create_custom_entity(&bank_account(&host)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Wait, "{failure:?}\n{}", host.journal());
    assert_eq!(sent(&host, "POST"), 2);
}

#[test]
fn creates_one_appointment_when_the_first_response_is_lost() {
    let host = Harness::new();
    let before = count(&host, "appointment");
    host.sim().next_for("PATCH", "appointments", Fault::Reset(When::AfterCommit));
    let created = host.create_appointment(&kick_off()).unwrap();
    assert_eq!(count(&host, "appointment"), before + 1);
    assert!(created.appointment.contains(&created.appointment_id), "{}", created.appointment);
    assert!(created.appointment.contains("\"subject\":\"Kick-off\""), "{}", created.appointment);
    let statuses: Vec<_> = host.sim().journal().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [Some(200), None, Some(412), Some(200)]);
}

#[test]
fn recognizes_its_own_update_when_the_response_under_an_etag_is_lost() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", Fault::Reset(When::AfterCommit));
    let mut input = no_change();
    input.subject = Some("Moved".to_owned());
    input.scheduledend = Some("2099-01-01T00:00:00Z".to_owned());
    let updated = host.update_appointment(&input).unwrap();
    assert_eq!(updated.updated_fields, ["subject", "scheduledend"]);
    // Read, updated without a response, read: this is the update.
    let statuses: Vec<_> = host.sim().journal().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [Some(200), None, Some(200)]);
}

#[test]
fn does_not_mistake_anothers_update_for_its_own() {
    let host = Harness::new();
    host.sim().next_for("PATCH", "appointments", Fault::PreconditionFailed);
    let mut input = no_change();
    input.scheduledend = Some("2099-01-01T00:00:00Z".to_owned());
    let failure = host.update_appointment(&input).unwrap_err();
    assert_eq!(failure.kind, FailureKind::ReadAgain);
    assert!(!failure.may_have_been_applied);
    assert_eq!((sent(&host, "PATCH"), host.requests()), (1, 2));
}

#[test]
fn still_says_that_a_write_may_have_been_applied_when_the_token_then_fails() {
    let host = Harness::new().with_secret("client_id", "an-app");
    let host =
        host.with_secret("client_secret", "wrong-secret").with_secret("tenant_id", "t.example");
    let before = count(&host, "appointment");
    host.sim().next_for("PATCH", "appointments", Fault::Reset(When::AfterCommit));
    host.sim().tell(Told::always(Fault::ExpiredToken).resource("appointments"));
    let failure = host.create_appointment(&kick_off()).unwrap_err();
    assert!(failure.may_have_been_applied, "{failure:?}");
    assert_eq!(count(&host, "appointment"), before + 1);
}

#[test]
fn waits_again_for_the_real_limits_of_the_organization() {
    let host = Harness::new();
    {
        let settings = &mut host.sim().world.settings;
        settings.enforce_limits = true;
        settings.request_limit = 2;
        settings.window = Duration::from_secs(30);
    }
    for _ in 0..3 {
        host.get_account(&account(0)).unwrap();
    }
    assert_eq!(host.requests(), 4, "{}", host.journal());
    assert_eq!(host.elapsed().as_secs(), 30);
}
