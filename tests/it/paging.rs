//! Lists in several pages: short pages, and next links with wrong targets.

use std::time::Duration;

use bytes::Bytes;
use dataverse_sim::{Fault, Seed, Told, World};
use dynamics365_sales::call::PAGES;
use dynamics365_sales::retry::BUDGET;
use host_test::Harness;
use host_test::actions::{FailureKind, ListAccountsInput};
use serde_json::{Value, json};

use crate::inputs::accounts;

const ORIGIN: &str = "https://org12345.crm.dynamics.com";

fn host(accounts: usize) -> Harness {
    Harness::with(World::new(&Seed { accounts, ..Seed::bare() }))
}

fn asked(number: i32) -> ListAccountsInput {
    ListAccountsInput { records_per_page: Some(number), ..accounts() }
}

/// Dataverse's own response to a request for a page with this many rows.
fn own_page(host: &Harness, target: &str, rows: usize) -> String {
    let mut sim = host.sim();
    let token = sim.issue_token();
    let request = http::Request::get(format!("{ORIGIN}{target}"))
        .header("authorization", format!("Bearer {token}"))
        .header("prefer", format!("odata.maxpagesize={rows}"))
        .body(Bytes::new())
        .unwrap();
    let answer = sim.handle(request);
    assert_eq!(answer.status(), 200);
    sim.journal_mut().clear();
    String::from_utf8(answer.into_body().to_vec()).unwrap()
}

/// A page of one row and this link.
fn page(link: &Value) -> Fault {
    let id = Seed::account(0).to_string();
    let body = json!({"value": [{"accountid": id}], "@odata.nextLink": link});
    Fault::answer(200, body.to_string())
}

#[test]
fn reads_short_pages_until_it_has_exactly_the_requested_number() {
    // Short pages, requested rows, returned rows, requests.
    for (short, number, given, requests) in
        [(1, 5, 5, 2), (3, 7, 7, 4), (3, 6, 6, 3), (2, 3, 3, 2), (2, 50, 20, 3)]
    {
        let host = host(20);
        // The faults are queued after the real pages are read, because each read would use one.
        let pages: Vec<String> = {
            let mut target = "/api/data/v9.2/accounts?$select=accountid,name".to_owned();
            let next = |_| {
                let body = own_page(&host, &target, 2);
                let page: Value = serde_json::from_str(&body).unwrap();
                let link = page["@odata.nextLink"].as_str().unwrap();
                target = link.strip_prefix(ORIGIN).unwrap().to_owned();
                body
            };
            (0..short).map(next).collect()
        };
        for page in pages {
            host.sim().next(Fault::answer(200, page));
        }
        let rows = host.list_accounts(&asked(number)).unwrap();
        let id =
            |row: &String| serde_json::from_str::<Value>(row).unwrap()["accountid"].to_string();
        let mut ids: Vec<String> = rows.iter().map(id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((rows.len(), ids.len()), (given, given), "{short} short pages, {number}");
        assert_eq!(host.requests(), requests, "{short} short pages, {number}");
    }
}

#[test]
fn follows_the_next_link_unchanged() {
    let host = host(20);
    let body = own_page(&host, "/api/data/v9.2/accounts?$select=accountid&$orderby=name", 3);
    let first: Value = serde_json::from_str(&body).unwrap();
    let link = first["@odata.nextLink"].as_str().unwrap().to_owned();
    host.sim().next(Fault::answer(200, body));
    assert_eq!(host.list_accounts(&asked(10)).unwrap().len(), 10);
    let sim = host.sim();
    let second = sim.journal().last().unwrap();
    assert_eq!(format!("{ORIGIN}{}", second.target), link);
    assert_eq!(second.header("prefer"), Some("odata.maxpagesize=10"));
}

#[test]
fn never_sends_top_and_page_size_together() {
    let host = host(20);
    host.list_accounts(&asked(10)).unwrap();
    host.invoke("list_appointments", json!({"records_per_page": 5}));
    for entry in host.sim().journal() {
        let pages = entry.header("prefer").is_some_and(|prefer| prefer.contains("maxpagesize"));
        assert!(!(pages && entry.query.contains("$top")), "{entry}");
    }
}

/// The failure of a list after a page with this next link.
fn refuses(link: &Value) -> String {
    let host = host(20);
    host.sim().next(page(link));
    let failure = host.list_accounts(&asked(500)).unwrap_err();
    assert_eq!((failure.kind, host.requests()), (FailureKind::Report, 1), "{link}");
    failure.message
}

#[test]
fn explains_why_a_next_link_is_not_followed() {
    let rest = "/api/data/v9.2/accounts?$skiptoken=x";
    let long = format!("{ORIGIN}{rest}{}", "x".repeat(40_000));
    // It is longer once encoded.
    let quotes = format!("{ORIGIN}{rest}{}", "\"".repeat(11_000));
    let too_long = "makes a URL longer than the 32768 bytes that it takes";
    let scheme = "has a scheme that is neither https nor http";
    let user = "holds a user name, which does not belong there";
    for (link, why) in [
        (String::new(), "is empty"),
        (" \n".to_owned(), "is empty"),
        ("?$skiptoken=x".to_owned(), "is empty"),
        ("javascript:0".to_owned(), scheme),
        ("data:text/plain,0".to_owned(), scheme),
        (format!("ftp://org12345.crm.dynamics.com{rest}"), scheme),
        (long, too_long),
        (quotes, too_long),
        (format!("https://elsewhere.example{rest}"), "leads to `https://elsewhere.example`"),
        (
            format!("http://org12345.crm.dynamics.com{rest}"),
            "leads to `http://org12345.crm.dynamics.com`",
        ),
        (
            format!("https://org12345.crm.dynamics.com:444{rest}"),
            "leads to `https://org12345.crm.dynamics.com:444`",
        ),
        (
            format!("https://org99999.crm.dynamics.com{rest}"),
            "leads to `https://org99999.crm.dynamics.com`",
        ),
        (
            format!("https://org99999.api.crm.dynamics.com{rest}"),
            "leads to `https://org99999.api.crm.dynamics.com`",
        ),
        (
            format!("https://org12345.crm.dynamics.com.elsewhere.example{rest}"),
            "leads to `https://org12345.crm.dynamics.com.elsewhere.example`",
        ),
        (format!("https://org12345.crm.dynamics.com@elsewhere.example{rest}"), user),
        (format!("//elsewhere.example{rest}"), "leads to another host"),
        (format!("https:\\\\elsewhere.example{rest}"), "holds a backslash"),
        (ORIGIN.to_owned(), "has no path"),
        ("/main.aspx".to_owned(), "leads out of the Web API"),
        ("/api/data/../../main.aspx".to_owned(), "leads out of the Web API"),
        ("/api/data/v9.2/%2E%2e/%2e./main.aspx".to_owned(), "leads out of the Web API"),
    ] {
        let message = format!(
            "Dynamics 365 answered with a link to the next page that {why}, which is not followed"
        );
        let about: String = link.chars().take(99).collect();
        assert_eq!(refuses(&json!(link)), message, "{about}");
    }
    // A list without its next page would look complete.
    for link in [json!(7), json!({}), json!(true)] {
        let message = refuses(&link);
        assert!(message.contains("expected a next link that is a text"), "{message}");
    }
}

#[test]
fn follows_a_next_link_with_any_query() {
    let query = "accounts?$select=accountid&$skiptoken=http://elsewhere.example/a:b";
    for link in [
        query.to_owned(),
        format!("/api/data/v9.2/{query}"),
        format!("{ORIGIN}/api/data/v9.2/{query}"),
    ] {
        let host = host(20);
        host.sim().next(page(&json!(link)));
        host.sim().next(one_of_a_chain(2, None));
        assert_eq!(host.list_accounts(&asked(500)).unwrap().len(), 2, "{link}");
        let target = host.sim().journal().last().unwrap().target.clone();
        assert_eq!(target, format!("/api/data/v9.2/{query}"));
    }
}

#[test]
fn replaces_the_other_form_of_the_organizations_host_in_a_next_link() {
    for (ours, theirs) in [
        ("org12345.crm.dynamics.com", "https://org12345.api.crm.dynamics.com"),
        ("org12345.api.crm.dynamics.com", "https://org12345.crm.dynamics.com"),
    ] {
        let host = host(20).with_secret("instance_url", ours);
        host.sim().next(page(&json!(format!("{theirs}/api/data/v9.2/accounts?$skiptoken=x"))));
        host.sim().next(one_of_a_chain(2, None));
        assert_eq!(host.list_accounts(&asked(500)).unwrap().len(), 2, "{theirs}");
        let sim = host.sim();
        assert!(sim.journal().iter().all(|entry| entry.authority == ours), "{ours}");
    }
}

#[test]
fn requests_no_page_after_the_budget() {
    // Seconds for each page, pages, whether all arrive, requests.
    for (latency, pages, is_read, requests) in [
        (10, 6, true, 6),
        (12, 6, true, 6),
        (12, 16, false, 6),
        (20, 5, false, 4),
        (29, 500, false, 3),
    ] {
        let host = host(20);
        host.sim().world.settings.latency = Duration::from_secs(latency);
        for page in 1..=pages {
            let next = (page < pages).then(|| page.to_string());
            host.sim().next(one_of_a_chain(page, next.as_deref()));
        }
        let last = requests as u64 * latency;
        match host.list_accounts(&asked(5_000)) {
            Ok(rows) => assert!(is_read && rows.len() == pages, "{latency} {pages}"),
            Err(failure) => {
                assert!(!is_read, "{latency} {pages}");
                assert_eq!(failure.kind, FailureKind::Wait);
                let message = format!(
                    "Dynamics 365 is slow: {requests} rows came in {last} seconds, and there are more; ask for less; \
                     try again later"
                );
                assert_eq!(failure.message, message);
            }
        }
        assert_eq!(host.requests(), requests, "{latency} {pages}");
        assert_eq!(host.elapsed().as_secs(), last);
        assert!(last <= BUDGET / 1_000 + 30);
    }
}

#[test]
fn ignores_the_next_link_when_it_has_enough_rows() {
    let host = host(20);
    host.sim().next(Fault::ForeignNextLink { origin: "https://elsewhere.example".to_owned() });
    assert_eq!(host.list_accounts(&asked(20)).unwrap().len(), 20);
    assert_eq!(host.requests(), 1);
}

const SAME_PAGE: &str = "Dynamics 365 answered with a next page that is the same page again";
const SAME_ROWS: &str = "Dynamics 365 answered with a next page that has the same rows again";

/// A page with one unique row and a link to the page with this name.
fn one_of_a_chain(row: usize, next: Option<&str>) -> Fault {
    let link = next.map(|next| format!("{ORIGIN}/api/data/v9.2/accounts?$skiptoken={next}"));
    let body = json!({"value": [{"accountid": row.to_string()}], "@odata.nextLink": link});
    Fault::answer(200, body.to_string())
}

#[test]
fn gives_up_on_pages_that_lead_in_a_circle() {
    for circle in [vec!["a", "a"], vec!["a", "b", "a"], vec!["a", "b", "c", "d", "b"]] {
        let host = host(20);
        for (row, next) in circle.iter().enumerate() {
            host.sim().next(one_of_a_chain(row, Some(next)));
        }
        let failure = host.list_accounts(&asked(50)).unwrap_err();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Report, SAME_PAGE));
        assert_eq!(host.requests(), circle.len());
    }
}

#[test]
fn gives_up_on_pages_that_lead_to_the_first_one() {
    let host = host(20);
    host.list_accounts(&asked(1_000)).unwrap();
    let first = host.sim().journal().last().unwrap().target.clone();
    let body =
        json!({"value": [{"accountid": "1"}], "@odata.nextLink": format!("{ORIGIN}{first}")});
    host.sim().next(Fault::answer(200, body.to_string()));
    let failure = host.list_accounts(&asked(1_000)).unwrap_err();
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Report, SAME_PAGE));
}

#[test]
fn gives_up_on_pages_that_have_the_same_rows_again() {
    let host = host(20);
    host.sim().tell(Told::always(Fault::EndlessNextLinks).resource("accounts"));
    let failure = host.list_accounts(&asked(5_000)).unwrap_err();
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Report, SAME_ROWS));
    assert_eq!(host.requests(), 2);

    // Not only those of the previous page.
    let host = self::host(20);
    for (row, next) in [(1, "a"), (2, "b"), (3, "c"), (1, "d")] {
        host.sim().next(one_of_a_chain(row, Some(next)));
    }
    let failure = host.list_accounts(&asked(50)).unwrap_err();
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Report, SAME_ROWS));
    assert_eq!(host.requests(), 4);
}

#[test]
fn reads_at_most_five_hundred_pages() {
    for (pages, is_read) in [(PAGES, true), (PAGES + 1, false)] {
        let host = host(0);
        for page in 1..=pages {
            let next = (page < pages).then(|| page.to_string());
            host.sim().next(one_of_a_chain(page, next.as_deref()));
        }
        match host.list_accounts(&asked(5_000)) {
            Ok(rows) => assert!(is_read && rows.len() == PAGES, "{pages}"),
            Err(failure) => {
                assert!(!is_read, "{pages}: {}", failure.message);
                assert_eq!(failure.message, "Dynamics 365 answered with more than 500 pages");
                assert_eq!(failure.kind, FailureKind::Report);
            }
        }
        assert_eq!(host.requests(), PAGES, "{pages}");
    }
}

#[test]
fn reads_no_further_pages_when_it_has_enough_rows() {
    let host = host(20);
    host.sim().tell(Told::always(Fault::EndlessNextLinks).resource("accounts"));
    assert_eq!(host.list_accounts(&asked(20)).unwrap().len(), 20);
    assert_eq!(host.requests(), 1);
}

#[test]
fn accepts_an_empty_page_and_a_null_next_link() {
    let host = host(20);
    let link = format!("{ORIGIN}/api/data/v9.2/accounts?$select=accountid");
    let empty = json!({"value": [], "@odata.nextLink": link}).to_string();
    host.sim().next(Fault::answer(200, empty));
    assert_eq!(host.list_accounts(&asked(50)).unwrap().len(), 20);
    host.sim().next(page(&Value::Null));
    assert_eq!(host.list_accounts(&asked(50)).unwrap().len(), 1);
    assert_eq!(host.requests(), 3);
}

#[test]
fn a_page_that_fails_fails_the_list() {
    let host = host(20);
    let link = format!("{ORIGIN}/api/data/v9.2/accounts?$select=accountid");
    host.sim().next(page(&json!(link)));
    host.sim().next(Fault::Forbidden);
    let failure = host.list_accounts(&asked(50)).unwrap_err();
    assert_eq!((failure.kind, host.requests()), (FailureKind::AskAdministrator, 2));
}

#[test]
fn searches_read_short_pages_too() {
    let host = host(20);
    let body = own_page(&host, "/api/data/v9.2/accounts?$select=accountid", 4);
    host.sim().next(Fault::answer(200, body));
    let answer = host.invoke("search_accounts", json!({"search_term": "x"}));
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 20, "{answer}");
    assert_eq!(host.requests(), 2);
}
