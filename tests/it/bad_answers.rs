//! Responses that are not Dataverse's: each is a clean failure, and nothing traps.

use dataverse_sim::{Author, Coding, Fault, RetryAfter, Told, When};
use host_test::Harness;
use host_test::actions::{Failure, FailureKind};
use serde_json::Value;

use crate::inputs::{account, accounts, least_inputs, search};
use crate::support::{answering, count};

const HTML: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body/></html>";

/// The error of `get_account` for this response.
fn said_to(fault: Fault) -> Failure {
    let host = Harness::new();
    host.sim().next(fault);
    host.get_account(&account(0)).unwrap_err()
}

/// The rows of the organization that an action can change.
fn holdings(host: &Harness) -> (usize, usize) {
    (count(host, "appointment"), host.sim().world.schema.tables.len())
}

#[test]
fn no_action_succeeds_or_traps_on_a_web_page() {
    for (action, input) in least_inputs(&Harness::new()) {
        for fault in [
            Fault::HtmlPage(When::BeforeCommit),
            Fault::answer(200, ""),
            Fault::answer(200, "\u{feff}{}"),
            Fault::answer(200, "{"),
            Fault::answer(200, "null"),
            Fault::answer(200, "[]"),
            Fault::answer(200, "\"value\""),
            Fault::answer(200, b"{\"value\": \"\xff\xfe\"}".to_vec()),
            Fault::answer(200, "[".repeat(200_000)),
            Fault::answer(302, ""),
            Fault::answer(304, ""),
            Fault::answer(418, HTML),
        ] {
            let host = Harness::new();
            let before = holdings(&host);
            let about = format!("{action}, {fault:?}");
            let about: String = about.chars().take(200).collect();
            // A successful response to an update needs no body.
            let is_change = action == "update_appointment";
            let is_success = |fault: &Fault| matches!(fault, Fault::Answer(a) if a.status() == 200);
            if is_change && (is_success(&fault) || matches!(fault, Fault::HtmlPage(_))) {
                continue;
            }
            host.sim().always(fault);
            let answer = host.try_invoke(action, &input.to_string());
            let answer: Value = serde_json::from_str(&answer.expect(&about).value).unwrap();
            assert_eq!(answer["success"], false, "{about}: {answer}");
            let error = answer["error"].as_str().unwrap();
            assert!(!error.is_empty() && error.chars().count() <= 2_000, "{about}: {error}");
            assert_eq!(holdings(&host), before, "{about}");
            assert_eq!(host.requests(), 1, "{about}");
        }
    }
}

#[test]
fn describes_what_came_instead_of_a_row() {
    for (body, found) in [
        (HTML, "it is a page with the title `Sign in`"),
        (
            "\n<html><title dir=ltr>Sign\n in</title></html>",
            "it is a page with the title `Sign in`",
        ),
        ("<p>Blocked.</p>", "expected JSON, found `<p>Blocked.</p>`"),
        ("{\"accountid\": ", "expected a value at byte 14"),
    ] {
        let failure = said_to(Fault::answer(200, body));
        assert_eq!(failure.kind, FailureKind::Report);
        assert_eq!(
            failure.message,
            format!("Dynamics 365 did not answer with the expected JSON ({found})")
        );
        // Rows are read differently.
        let host = Harness::new();
        host.sim().next(Fault::answer(200, body));
        assert_eq!(host.list_accounts(&accounts()).unwrap_err().message, failure.message);
    }
    assert_eq!(
        said_to(Fault::answer(200, "[1, 2]")).message,
        "Dynamics 365 did not answer with the expected JSON (expected a JSON object, found `[1, 2]`)"
    );
}

#[test]
fn describes_what_came_instead_of_a_collection() {
    for body in ["{\"items\": [{\"key\": 1}]}", "{\"value\": {}}", "{\"value\": null}", "[]"] {
        let host = Harness::new();
        host.sim().next(Fault::answer(200, body));
        let failure = host.list_accounts(&accounts()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Report, "{body}");
        assert_eq!(
            failure.message,
            format!(
                "Dynamics 365 did not answer with the expected JSON (expected an object with an array \
                 `value`, found `{body}`)"
            )
        );
    }
    let host = Harness::new();
    host.sim().next(Fault::answer(200, "{\"value\": [{}, 7]}"));
    assert_eq!(
        host.search_accounts(&search("x")).unwrap_err().message,
        "Dynamics 365 did not answer with the expected JSON (expected rows that are JSON objects, \
         found `7`)"
    );
}

#[test]
fn skips_one_byte_order_mark_in_every_response() {
    for (action, input) in least_inputs(&Harness::new()) {
        let host = Harness::new().sign_in_with_client_credentials();
        host.sim().tell(Told::always(Fault::ByteOrderMark));
        host.sim().tell(Told::always(Fault::ByteOrderMark).resource("token"));
        let answer = host.invoke(action, input);
        assert_eq!(answer["success"], true, "{action}: {answer}");
        assert!(!answer.to_string().contains('\u{feff}'), "{action}");
    }
    let body = "\u{feff}{\"error\":{\"code\":\"0x80040220\",\"message\":\"No.\"}}";
    let failure = said_to(Fault::answer(403, body));
    assert_eq!(
        failure.message,
        "Dynamics 365 does not allow the user to do this (403, `0x80040220`); it says: No; ask an administrator"
    );
    let failure = said_to(Fault::answer(200, "\u{feff}\u{feff}{}"));
    assert_eq!(failure.kind, FailureKind::Report);
}

#[test]
fn accepts_no_coding_and_names_an_unrequested_one() {
    for (coding, name) in
        [(Coding::Gzip, "gzip"), (Coding::Deflate, "deflate"), (Coding::Unknown, "x-unknown")]
    {
        let host = Harness::new().sign_in_with_client_credentials();
        host.sim().next(Fault::Encoded(coding));
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Report);
        assert_eq!(
            failure.message,
            format!(
                "Dynamics 365 did not answer with the expected JSON (it is a body in the coding `{name}`, which was not \
                 asked for)"
            )
        );
        for entry in host.sim().journal() {
            assert_eq!(entry.header("accept-encoding"), Some("identity"), "{entry}");
        }
    }
    // An unreadable response still has its status.
    let zipped = b"\x1f\x8b\x08\x00\x00\xff".to_vec();
    let failure = said_to(Fault::answer(403, zipped.clone()));
    assert_eq!(failure.kind, FailureKind::AskAdministrator);
    assert_eq!(
        failure.message,
        "Dynamics 365 does not allow the user to do this (403); it says: a body in the coding `gzip`, which was not asked \
         for; ask an administrator"
    );
    let host = Harness::new().sign_in_with_client_credentials();
    host.sim().next_for("POST", "token", Fault::answer(200, zipped));
    assert_eq!(
        host.get_account(&account(0)).unwrap_err().message,
        "the sign-in service did not answer with a token but a body in the coding `gzip`, which was not asked for; is \
         `authority` right?"
    );
}

#[test]
fn reads_a_response_that_the_host_has_already_decoded() {
    let host = Harness::new();
    let body = format!("{{\"accountid\":\"{}\"}}", account(0).account_id);
    host.sim().next(answering(200, &[("content-encoding", "gzip")], &body));
    host.get_account(&account(0)).unwrap();
}

#[test]
fn a_web_page_instead_of_a_token_is_named_by_its_title() {
    let host = Harness::new().sign_in_with_client_credentials();
    host.sim().next_for("POST", "token", Fault::answer(200, HTML));
    let failure = host.get_account(&account(0)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Report);
    assert_eq!(
        failure.message,
        "the sign-in service did not answer with a token but a page with the title `Sign in`; is `authority` right?"
    );
}

#[test]
fn accepts_no_row_of_another_shape_as_the_account() {
    for fault in [Fault::OtherShape, Fault::answer(200, "{}"), Fault::answer(200, "{\"value\":[]}")]
    {
        let failure = said_to(fault);
        assert_eq!(failure.kind, FailureKind::Report, "{failure:?}");
    }
}

#[test]
fn shortens_a_web_page_to_its_title() {
    let host = Harness::new();
    host.sim().always(Fault::ServerError {
        status: 500,
        when: When::BeforeCommit,
        author: Author::Proxy,
        retry_after: RetryAfter::Absent,
    });
    let failure = host.get_account(&account(0)).unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Wait, Some(500)));
    assert_eq!(
        failure.message,
        "Dynamics 365 failed (500); it says: a page with the title `Internal Server Error`; try again later"
    );
    let failure = said_to(Fault::answer(403, format!("{}<p>blocked</p>", " \n".repeat(9_000))));
    assert_eq!(
        failure.message,
        "Dynamics 365 does not allow the user to do this (403); it says: <p>blocked</p>; ask an administrator"
    );
    let failure = said_to(Fault::answer(400, "x".repeat(1 << 20)));
    assert!(failure.message.chars().count() < 300, "{}", failure.message.len());
}

#[test]
fn limits_the_length_of_an_error() {
    for letter in ["é", "…"] {
        let words = letter.repeat(1_000_000);
        let body = format!("{{\"error\":{{\"code\":\"{words}\",\"message\":\"{words}\"}}}}");
        let failure = said_to(Fault::answer(400, body));
        assert_eq!(failure.message.chars().count(), 2_000);
        assert_eq!(failure.code.unwrap().chars().count(), 100);
    }
}

#[test]
fn retries_after_a_cut_body_and_then_gives_up() {
    for fault in [Fault::CutBody { after: 10 }, Fault::WrongContentLength { declared: 9_999_999 }] {
        let host = Harness::new();
        host.sim().next(fault.clone());
        host.get_account(&account(0)).unwrap();
        assert_eq!(host.requests(), 2);

        let host = Harness::new();
        host.sim().always(fault);
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Wait);
        assert_eq!(
            failure.message,
            "`org12345.crm.dynamics.com` sent no complete response (the answer was cut); try again later"
        );
    }
}

#[test]
fn refuses_a_response_that_is_too_large() {
    let host = Harness::new();
    host.sim().next(Fault::Oversized { bytes: (64 << 20) + 1 });
    let failure = host.list_accounts(&accounts()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::FixInput);
    assert_eq!(failure.message, "the answer is larger than 64 MiB; ask for less");
    assert_eq!(host.requests(), 1);
    host.list_accounts(&accounts()).unwrap();
}

#[test]
fn follows_no_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let host = Harness::new().with_only(&["org12345.crm.dynamics.com", "elsewhere.example"]);
        let location = [("location", "https://elsewhere.example/api/data/v9.2/accounts")];
        host.sim().next(answering(status, &location, ""));
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!((failure.kind, failure.status), (FailureKind::FixSettings, Some(status)));
        assert_eq!(
            failure.message,
            format!(
                "the host of the organization answered with a redirect ({status}), which is not followed; is \
                 `instance_url` right?"
            )
        );
        assert_eq!(host.requests(), 1);

        let host = Harness::new().sign_in_with_client_credentials();
        host.sim().next_for("POST", "token", answering(status, &location, ""));
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!((failure.kind, failure.status), (FailureKind::FixSettings, Some(status)));
        assert_eq!(host.requests(), 1);
    }
}

#[test]
fn a_write_with_an_unreadable_response_may_have_been_applied() {
    let host = Harness::new();
    let before = holdings(&host);
    host.sim().next_for("PATCH", "appointments", Fault::MalformedJson);
    let created = host.create_appointment(&crate::inputs::kick_off()).unwrap();
    assert!(created.appointment.contains(&created.appointment_id), "{}", created.appointment);
    assert_eq!(holdings(&host), (before.0 + 1, before.1));
}
