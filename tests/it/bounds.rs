//! Each limit, reached and exceeded by one. (Pages: `paging.rs`; messages and JSON: next to their
//! code; time and attempts also: `throttling.rs`.)

use std::time::Duration;

use dataverse_sim::{Fault, Told, When};
use dynamics365_sales::arguments::INPUT_LIMIT;
use dynamics365_sales::dataverse::request::URL_LIMIT;
use dynamics365_sales::http::BODY_LIMIT;
use dynamics365_sales::retry::{ATTEMPTS, CONNECTIONS};
use host_test::Harness;
use host_test::actions::{CreateCustomEntityInput, Failure, FailureKind, ListAccountsInput};
use serde_json::{Value, json};

use crate::inputs::{account, accounts, bank_account, kick_off, search};
use crate::support::answering;

fn fixes_input<T>(result: Result<T, Failure>, message: &str) {
    let failure = result.err().unwrap();
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::FixInput, message));
}

#[test]
fn accepts_an_input_of_1_mib() {
    let host = Harness::new();
    let answer = |length: usize| -> Value {
        let input = format!("{{}}{}", " ".repeat(length - 2));
        serde_json::from_str(&host.invoke_text("list_accounts", &input)).unwrap()
    };
    assert_eq!(answer(INPUT_LIMIT)["success"], true);
    assert_eq!(answer(INPUT_LIMIT + 1)["error"], "the input is larger than 1024 KiB");
    assert_eq!(host.requests(), 1);
}

#[test]
fn sends_a_url_of_32768_bytes() {
    let filtered = |letters: usize| ListAccountsInput {
        filter: Some(format!("name eq '{}'", "x".repeat(letters))),
        ..accounts()
    };
    let url = |host: &Harness| {
        let sim = host.sim();
        let asked = sim.journal().last().unwrap();
        format!("https://{}{}", asked.authority, asked.target)
    };
    let host = Harness::new();
    host.list_accounts(&filtered(1)).unwrap();
    let most = 1 + URL_LIMIT - url(&host).len();
    host.list_accounts(&filtered(most)).unwrap();
    assert_eq!(url(&host).len(), URL_LIMIT);
    fixes_input(
        host.list_accounts(&filtered(most + 1)),
        "the input makes a URL longer than the 32768 bytes that Dynamics 365 takes; shorten the filter or the text",
    );
    assert_eq!(host.requests(), 2);
}

#[test]
fn accepts_a_response_of_64_mib_with_or_without_its_length() {
    const AROUND: usize = "{\"value\":[{\"description\":\"\"}]}".len();
    for (length, fits) in [(BODY_LIMIT, true), (BODY_LIMIT + 1, false)] {
        for announced in [true, false] {
            let host = Harness::new();
            let text = "x".repeat(length - AROUND);
            let body = format!("{{\"value\":[{{\"description\":\"{text}\"}}]}}");
            let said = body.len().to_string();
            let headers = [("content-length", said.as_str())];
            let headers = if announced { headers.as_slice() } else { &[] };
            host.sim().next(answering(200, headers, &body));
            let result = host.list_accounts(&accounts());
            assert_eq!(result.is_ok(), fits, "{length}, announced: {announced}");
            if !fits {
                fixes_input(result, "the answer is larger than 64 MiB; ask for less");
            }
            assert_eq!(host.requests(), 1);
        }
    }
}

#[test]
fn limits_a_list_over_several_pages_to_the_size_of_one_response() {
    let host = Harness::new();
    let page = |n: usize, bytes: usize| {
        let link = format!("https://org12345.crm.dynamics.com/api/data/v9.2/accounts?p={n}");
        let text = "x".repeat(bytes);
        let body = json!({"value": [{"n": n, "description": text}], "@odata.nextLink": link});
        Fault::answer(200, body.to_string())
    };
    host.sim().next(page(1, BODY_LIMIT / 2));
    host.sim().next(page(2, BODY_LIMIT / 2));
    fixes_input(host.list_accounts(&accounts()), "the answer is larger than 64 MiB; ask for less");
    assert_eq!(host.requests(), 2);
}

#[test]
fn sends_a_request_six_times_and_attempts_a_connection_four_times() {
    for (fault, most) in
        [(Fault::server_error(503), ATTEMPTS), (Fault::ConnectionRefused, CONNECTIONS)]
    {
        for (times, works) in [(most - 1, true), (most, false)] {
            let host = Harness::new();
            host.sim().times(times, fault.clone());
            assert_eq!(host.get_account(&account(0)).is_ok(), works, "{fault:?}, {times}");
            assert_eq!(host.requests(), most as usize, "{fault:?}, {times}");
        }
    }
}

#[test]
fn waits_for_a_response_as_long_as_its_kind_allows() {
    let stalled = || Fault::StalledBeforeFirstByte(When::AfterCommit);
    type Run = fn(&Harness);
    let cases: [(&str, &str, u64, Run); 3] = [
        ("GET", "accounts", 30, |host| drop(host.get_account(&account(0)).unwrap())),
        ("PATCH", "appointments", 60, |host| drop(host.create_appointment(&kick_off()).unwrap())),
        ("POST", "EntityDefinitions", 300, |host| {
            drop(host.create_custom_entity(&bank_account(host)).unwrap())
        }),
    ];
    for (method, resource, seconds, run) in cases {
        let host = Harness::new();
        host.sim().next_for(method, resource, stalled());
        run(&host);
        // Plus a pause before the retry.
        let most = Duration::from_secs(seconds + 2);
        assert!(host.elapsed() >= Duration::from_secs(seconds), "{method}: {:?}", host.elapsed());
        assert!(host.elapsed() <= most, "{method}: {:?}", host.elapsed());
    }
    let host = Harness::new();
    host.sim().next(Fault::StalledInBody { after: 20 });
    host.get_account(&account(0)).unwrap();
    assert!((30..=32).contains(&host.elapsed().as_secs()), "{:?}", host.elapsed());
}

#[test]
fn waits_no_longer_on_a_host_without_time_outs() {
    let cases: [(Fault, u64); 2] = [
        // For the connection, for the first byte, and one more second for the host's own error.
        (Fault::StalledBeforeFirstByte(When::AfterCommit), 10 + 30 + 1),
        (Fault::StalledInBody { after: 20 }, 30 + 1),
    ];
    for (fault, seconds) in cases {
        let host = Harness::new().ignoring_time_outs();
        host.sim().next(fault.clone());
        host.get_account(&account(0)).unwrap();
        let waited = host.elapsed().as_secs();
        assert!((seconds..=seconds + 2).contains(&waited), "{fault:?}: {waited}");
    }
}

#[test]
fn starts_no_attempt_after_the_budget() {
    let host = Harness::new();
    host.sim().tell(Told::always(Fault::StalledBeforeFirstByte(When::BeforeCommit)));
    let failure = host.get_account(&account(0)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Wait);
    // At 0 and about 31 seconds; the third would start after 60.
    assert_eq!(host.requests(), 2);
}

#[test]
fn searches_for_texts_of_1000_characters() {
    let host = Harness::new();
    host.search_accounts(&search(&"x".repeat(1_000))).unwrap();
    let rule =
        format!("`search_term` is not usable: `{}…` (at most 1000 characters)", "x".repeat(99));
    fixes_input(host.search_accounts(&search(&"x".repeat(1_001))), &rule);
}

#[test]
fn creates_tables_with_200_more_columns() {
    let host = Harness::new();
    let of = |columns: usize| {
        let column = |n| json!({"name": format!("Column {n}"), "type": "text"});
        let columns: Vec<_> = (0..columns).map(column).collect();
        let additional_attributes = Some(Value::from(columns).to_string());
        CreateCustomEntityInput { additional_attributes, ..bank_account(&host) }
    };
    host.create_custom_entity(&of(200)).unwrap();
    let asked = host.requests();
    fixes_input(
        host.create_custom_entity(&of(201)),
        "`additional_attributes` holds 201 definitions (at most 200)",
    );
    assert_eq!(host.requests(), asked);
}
