//! Secrets go only where they belong, whatever a server echoes.
//!
//! Each secret is a text that cannot occur by chance; every kind of error echoes it: complete, cut,
//! and in the form in which it was sent.

use dataverse_sim::{Entry, Fault, Told};
use host_test::Harness;
use host_test::actions::Failure;

use crate::inputs::{account, accounts, kick_off, least_inputs};
use crate::support::answering;

const READY: &str =
    "eyJ0eXAi.READY-TOKEN-9f3b7c1e5d2a4860.c2lnbmF0dXJl-0123456789abcdefghijklmnopqrstuvwxyz";
const FRESH: &str =
    "eyJ0eXAi.FRESH-TOKEN-1a2b3c4d5e6f7a8b.c2lnbmF0dXJl-zyxwvutsrqponmlkjihgfedcba9876543210";
const REFRESH: &str = "0.AXoA-OLD-REFRESH-TOKEN-77777777777777777777777777777777.AgABAwEAAA";
const ROTATED: &str = "0.AXoA-NEW-REFRESH-TOKEN-88888888888888888888888888888888.AgABAwEAAA";
const SECRET: &str = "pR8Q~client&secret+of/the=app 4711%";
/// The same in form encoding.
const SECRET_IN_FORM: &str = "pR8Q~client%26secret%2Bof%2Fthe%3Dapp%204711%25";

/// Recognizable parts of each secret: starts, middles and ends.
const TELLING: [&str; 12] = [
    "READY-TOKEN",
    "9f3b7c1e",
    "0123456789abcdef",
    "FRESH-TOKEN",
    "1a2b3c4d",
    "zyxwvutsrq",
    "OLD-REFRESH",
    "7777777",
    "NEW-REFRESH",
    "8888888",
    "client&secret",
    "client%26secret",
];

fn all() -> String {
    [READY, FRESH, REFRESH, ROTATED, SECRET, SECRET_IN_FORM].join(" | ")
}

/// A harness with the ready token and all credentials to renew it.
fn planted() -> Harness {
    Harness::new()
        .with_secret("access_token", READY)
        .with_secret("client_id", "the-app")
        .with_secret("client_secret", SECRET)
        .with_secret("refresh_token", REFRESH)
        .with_secret("tenant_id", "contoso.com")
}

/// A sign-in service that issues the fresh token and the rotated refresh token.
fn signs_in(host: &Harness) {
    let body = format!(
        "{{\"access_token\":\"{FRESH}\",\"refresh_token\":\"{ROTATED}\",\"expires_in\":3599,\"token_type\":\"Bearer\"}}"
    );
    host.sim().next_for("POST", "token", Fault::answer(200, body));
}

/// Panics if the text contains a part of a secret.
fn shows_nothing(text: &str, about: &str) {
    for part in TELLING {
        assert!(!text.contains(part), "`{part}` shows in {about}: {text}");
    }
}

/// Panics if a failure or the journal contains a part of a secret.
fn is_silent(host: &Harness, failure: &Failure, about: &str) {
    shows_nothing(&format!("{failure:?}"), about);
    shows_nothing(&host.journal(), about);
    let sim = host.sim();
    for entry in sim.journal() {
        shows_nothing(&format!("{:?} {}", entry.headers, entry.body), about);
    }
}

/// Responses that echo the secrets, each in another place.
fn echoes() -> Vec<(&'static str, Fault)> {
    let all = all();
    let json = |text: &str| text.replace('"', "\\\"");
    let message =
        format!("{{\"error\":{{\"code\":\"0x80040217\",\"message\":\"{}\"}}}}", json(&all));
    let mut echoes = vec![
        ("the message", Fault::answer(400, message.clone())),
        ("the message of a refused token", Fault::answer(401, message.clone())),
        ("the message of throttling", Fault::answer(404, message)),
        ("plain text", Fault::answer(400, all.clone())),
        ("a title", Fault::answer(403, format!("<html><title>{all}</title></html>"))),
        ("JSON of another shape", Fault::answer(400, format!("{{\"echo\":\"{all}\"}}"))),
        (
            "an older shape",
            Fault::answer(400, format!("{{\"error\":{{\"message\":{{\"value\":\"{all}\"}}}}}}")),
        ),
        ("a row that is none", Fault::answer(200, format!("[\"{all}\"]"))),
        ("no JSON", Fault::answer(200, all.clone())),
    ];
    // Cut anywhere: a part of a secret is also secret.
    for length in [20, 60, 90, 120, 150, 175, 190, 195] {
        for secret in [READY, FRESH, REFRESH, ROTATED, SECRET, SECRET_IN_FORM] {
            let padded = format!("{}{secret}", "-".repeat(length));
            echoes.push(("a text that is cut", Fault::answer(400, padded.clone())));
            echoes.push((
                "a title that is cut",
                Fault::answer(502 - 90, format!("<title>{padded}</title>")),
            ));
            let long = format!("{}{secret}", "-".repeat(length + 1_800));
            let body = format!("{{\"error\":{{\"code\":\"{padded}\",\"message\":\"{long}\"}}}}");
            echoes.push(("a message that is cut", Fault::answer(400, body)));
            echoes.push(("a row that is cut", Fault::answer(200, format!("[\"{padded}\"]"))));
        }
    }
    for secret in [READY, FRESH, REFRESH, ROTATED, SECRET_IN_FORM] {
        let code = format!("{{\"error\":{{\"code\":\"{secret}\",\"message\":\"no\"}}}}");
        echoes.push(("the code", Fault::answer(400, code)));
        for name in ["req_id", "x-ms-service-request-id", "retry-after", "location", "server"] {
            let header = answering(400, &[(name, secret)], "{}");
            echoes.push(("a header", header));
        }
        let challenge =
            format!("Bearer authorization_uri=https://a/{secret}, resource_id={secret}");
        echoes.push(("a challenge", answering(401, &[("www-authenticate", &challenge)], "no")));
        let padded = format!("{}{secret}", "r".repeat(170));
        let challenge = format!("Bearer resource_id={padded}");
        echoes.push(("a cut challenge", answering(401, &[("www-authenticate", &challenge)], "no")));
    }
    echoes
}

#[test]
fn no_echo_of_dataverse_leaks() {
    for (about, fault) in echoes() {
        // With a fresh token, so that the call knows all secrets.
        let host = planted();
        signs_in(&host);
        host.sim().next_for("GET", "accounts", Fault::ExpiredToken);
        host.sim().next_for("GET", "accounts", fault);
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!(host.requests(), 3, "{about}: {}", host.journal());
        is_silent(&host, &failure, about);
    }
}

#[test]
fn no_echo_of_dataverse_leaks_from_any_action() {
    for (action, input) in least_inputs(&Harness::new()) {
        let host = planted();
        let message = format!("{{\"error\":{{\"code\":\"0x1\",\"message\":\"{}\"}}}}", all());
        signs_in(&host);
        host.sim().next(Fault::ExpiredToken);
        host.sim().always(Fault::answer(400, message));
        let answer = host.invoke(action, input);
        assert_eq!(answer["success"], false, "{action}");
        assert!(answer["error"].as_str().unwrap().contains("[redacted]"), "{action}: {answer}");
        shows_nothing(&answer.to_string(), action);
    }
}

/// Every status, with the secrets in the body (as Dataverse's message, and as a page) and in
/// headers.
fn echoes_of_every_status() -> Vec<Fault> {
    let message = format!("{{\"error\":{{\"code\":\"{READY}\",\"message\":\"{}\"}}}}", all());
    let page = format!("<html><title>{}</title></html>", all());
    let headers = [
        ("req_id", READY),
        ("x-ms-service-request-id", FRESH),
        ("retry-after", SECRET_IN_FORM),
        ("location", REFRESH),
        ("www-authenticate", READY),
        ("etag", READY),
    ];
    let statuses =
        [200, 204, 302, 400, 401, 403, 404, 408, 409, 412, 413, 429, 500, 501, 502, 503, 504];
    statuses
        .iter()
        .flat_map(|&status| [&message, &page].map(|body| answering(status, &headers, body)))
        .collect()
}

#[test]
fn no_echo_leaks_from_any_request_of_an_action() {
    let mut failures = 0;
    for (action, input) in least_inputs(&Harness::new()) {
        for resource in [
            "accounts",
            "contacts",
            "systemusers",
            "solutions",
            "appointments",
            "EntityDefinitions",
        ] {
            for fault in echoes_of_every_status() {
                // Rows belong to the customer and are passed on; failures are ours.
                let host = Harness::new().with_secret("client_id", "the-app");
                let host = host.with_secret("client_secret", SECRET);
                let host =
                    host.with_secret("refresh_token", REFRESH).with_secret("access_token", READY);
                host.sim().world.settings.authentication = false;
                host.sim().tell(Told::always(fault).resource(resource));
                let answer = host.invoke(action, input.clone());
                if answer["success"] == false {
                    failures += 1;
                    // The secrets that this call knew: it never got the fresh token.
                    let text = answer["error"].to_string();
                    for secret in [READY, REFRESH, SECRET, SECRET_IN_FORM] {
                        let known = secret == READY || host.journal().contains("/oauth2/");
                        assert!(!known || !text.contains(secret), "{action}, {resource}: {text}");
                    }
                }
            }
        }
    }
    assert!(failures > 300, "{failures}");
}

#[test]
fn successful_output_contains_nothing_from_the_sign_in_service() {
    for (action, input) in least_inputs(&Harness::new()) {
        let host = Harness::new().sign_in_with_refresh_token();
        let answer = host.invoke(action, input);
        assert_eq!(answer["success"], true, "{action}: {answer}");
        let text = answer.to_string();
        for name in ["access_token", "refresh_token", "client_secret"] {
            let secret = host.secrets().get(name).unwrap();
            assert!(!text.contains(&secret), "{action}: {name}");
        }
        assert!(!text.to_lowercase().contains("bearer"), "{action}");
    }
}

#[test]
fn the_host_shows_no_secret_of_its_store() {
    let host = planted();
    shows_nothing(&format!("{:?} {:#?}", host.secrets(), host.secrets()), "the store");
}

#[test]
fn no_echo_of_the_sign_in_service_leaks() {
    // A token that the call never got is not its secret.
    let all = [READY, REFRESH, SECRET, SECRET_IN_FORM].join(" | ");
    for (about, fault) in [
        (
            "a description",
            Fault::answer(
                400,
                format!(
                    "{{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS1: {all}\\r\\nTrace\"}}"
                ),
            ),
        ),
        ("an error", Fault::answer(401, format!("{{\"error\":\"{SECRET_IN_FORM} {REFRESH}\"}}"))),
        (
            "an error that is cut",
            Fault::answer(401, format!("{{\"error\":\"{}{REFRESH}\"}}", "e".repeat(60))),
        ),
        ("a page", Fault::answer(500, format!("<html><title>{all}</title></html>"))),
        ("no token", Fault::answer(200, all.clone())),
        ("a token that is none", Fault::answer(200, format!("{{\"access_token\":\"{all}\"}}"))),
        ("a header", answering(429, &[("retry-after", REFRESH), ("req_id", REFRESH)], "")),
        ("a redirect", answering(302, &[("location", REFRESH)], "")),
    ] {
        let host = planted();
        host.sim().next_for("GET", "accounts", Fault::ExpiredToken);
        host.sim().tell(Told::always(fault).resource("token"));
        let failure = host.get_account(&account(0)).unwrap_err();
        is_silent(&host, &failure, about);
        assert_eq!(host.secrets().get("access_token").as_deref(), Some(READY), "{about}");
    }
}

#[test]
fn malformed_settings_are_not_quoted() {
    for (name, value) in [
        ("instance_url", "https://user:READY-TOKEN@org12345.crm.dynamics.com"),
        ("instance_url", "https://example.com/?key=READY-TOKEN"),
        ("authority", "https://user:READY-TOKEN@login.microsoftonline.com"),
        ("access_token", "Bearer READY-TOKEN"),
    ] {
        let host = planted();
        if name == "authority" {
            host.secrets().remove("access_token");
        }
        let host = host.with_secret(name, value);
        let failure = host.get_account(&account(0)).unwrap_err();
        is_silent(&host, &failure, name);
        assert_eq!(host.requests(), 0, "{name}");
    }
}

#[test]
fn the_token_goes_only_to_the_organization_and_credentials_only_to_the_sign_in_service() {
    let host = Harness::new();
    let token = host.secrets().get("access_token").unwrap();
    let host = host.sign_in_with_refresh_token().with_secret("access_token", &token);
    host.sim().expire_tokens();
    host.create_appointment(&kick_off()).unwrap();
    host.secrets().remove("access_token");
    host.secrets().remove("refresh_token");
    let host = host.sign_in_with_client_credentials();
    host.list_accounts(&accounts()).unwrap();

    let sim = host.sim();
    let mut places: Vec<_> = sim.journal().iter().map(|entry| entry.authority.as_str()).collect();
    for entry in sim.journal() {
        let form = ["client_secret", "refresh_token", "grant_type", "client_id"];
        let has_credentials = |entry: &Entry| {
            form.iter().any(|name| entry.body.contains(name) || entry.target.contains(name))
        };
        match entry.authority.as_str() {
            "org12345.crm.dynamics.com" => {
                assert_eq!(entry.header("authorization"), Some("Bearer [token]"), "{entry}");
                assert!(!has_credentials(entry), "{entry}");
            }
            "login.microsoftonline.com" => {
                assert_eq!(entry.header("authorization"), None, "{entry}");
                assert!(has_credentials(entry), "{entry}");
                // In the body: a URL appears in the logs of every machine on the path.
                assert!(!entry.target.contains('?'), "{entry}");
            }
            other => panic!("a request went to {other}"),
        }
    }
    places.sort_unstable();
    places.dedup();
    assert_eq!(places, ["login.microsoftonline.com", "org12345.crm.dynamics.com"]);
}

#[test]
fn the_token_follows_neither_a_next_link_nor_a_redirect_elsewhere() {
    const ELSEWHERE: &str = "https://elsewhere.example";
    let only = ["org12345.crm.dynamics.com", "elsewhere.example"];
    for fault in [
        Fault::ForeignNextLink { origin: ELSEWHERE.into() },
        answering(307, &[("location", ELSEWHERE)], ""),
        answering(
            401,
            &[("www-authenticate", "Bearer authorization_uri=https://elsewhere.example/x")],
            "",
        ),
    ] {
        let host = Harness::new().with_only(&only);
        host.sim().next(fault);
        host.list_accounts(&host_test::actions::ListAccountsInput {
            filter: None,
            records_per_page: Some(5_000),
        })
        .unwrap_err();
        let sim = host.sim();
        let places: Vec<_> = sim.journal().iter().map(|entry| entry.authority.as_str()).collect();
        assert_eq!(places, ["org12345.crm.dynamics.com"]);
    }
}

#[test]
fn the_component_writes_only_tokens_to_the_store() {
    let host = Harness::new().sign_in_with_refresh_token();
    let before: Vec<_> =
        host_test::SECRET_NAMES.iter().map(|name| host.secrets().get(name)).collect();
    host.check_connection().unwrap();
    let kept = ["access_token", "access_token_expires_at", "refresh_token"];
    for (name, before) in host_test::SECRET_NAMES.iter().zip(before) {
        assert_eq!(host.secrets().get(name) != before, kept.contains(name), "{name}");
    }
}
