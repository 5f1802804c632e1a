//! Fleets in simulated time, which `docs/scale.md` reports.

use std::time::Duration;

use dynamics365_sales_cli::bench::scale::{FLEETS, Fleet, plot, run};

const SMALL: Fleet = Fleet { name: "small", hosts: 4, at_once: 2, users: 1, pace: None };

#[test]
fn reaches_the_limits_when_hosts_pace_themselves() {
    let outcome = run(Fleet { pace: Some(5), ..SMALL }, Duration::from_secs(30)).unwrap();
    assert_eq!((outcome.refused, outcome.failed), (0, 0));
    assert!((1_150.0..=1_250.0).contains(&outcome.goodput()), "{}", outcome.goodput());
    assert!(outcome.fairness() > 0.999, "{}", outcome.fairness());
    assert_eq!(outcome.longest_gap(), Duration::ZERO);
}

#[test]
fn retries_requests_refused_by_the_concurrency_limit() {
    let outcome = run(Fleet { at_once: 14, ..SMALL }, Duration::from_secs(3)).unwrap();
    assert!(outcome.refused > 0, "{outcome:?}");
    // A call that happens to hit the limit six times in a row gives up.
    assert!(outcome.failed * 100 <= outcome.milliseconds.len(), "{outcome:?}");
    assert!(outcome.quantile(50) < 200 && outcome.quantile(100) > 1_000, "{outcome:?}");
}

/// The documentation shows each fleet of the table and the command that produced it.
#[test]
fn matches_the_documentation() {
    let page = include_str!("../../../../docs/scale.md");
    let picture = include_str!("../../../../docs/scale.svg");
    assert!(page.contains("bench --scale --plot docs/scale.svg") && page.contains("(scale.svg)"));
    for fleet in FLEETS {
        assert!(page.contains(&format!("| {} |", fleet.name)), "{}", fleet.name);
        assert!(picture.contains(fleet.name), "{}", fleet.name);
    }
    let outcome = run(SMALL, Duration::from_secs(1)).unwrap();
    assert!(plot(&[(SMALL, outcome)]).contains("4 hosts × 2: small"));
}
