use serde_json::json;

use super::*;
use crate::token::tests_support::{Service, encode};

const REDIRECT: &str = "http://localhost:51234";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The challenge of that verifier (RFC 7636, appendix B).
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn asking(changed: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("client_id", "app"),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "https://org.crm.dynamics.com/user_impersonation offline_access"),
        ("state", "a state&more"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    encode(&fields)
}

fn redeeming(code: &str, changed: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    encode(&fields)
}

/// The parameters and the target of the redirect.
fn told(service: &mut Service, query: &str) -> (String, Vec<(String, String)>) {
    let response = service.get("oauth2/v2.0/authorize", query);
    assert_eq!(response.status(), 302, "{}", String::from_utf8_lossy(response.body()));
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let (place, query) = location.split_once('?').unwrap();
    (place.to_owned(), form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

fn value<'a>(told: &'a [(String, String)], name: &str) -> &'a str {
    told.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

fn code_of(service: &mut Service) -> String {
    let (_, told) = told(service, &asking(&[]));
    value(&told, "code").to_owned()
}

#[test]
fn returns_a_code_with_the_state_and_redeems_it() {
    let mut service = Service::new();
    let (place, told) = told(&mut service, &asking(&[]));
    assert_eq!(place, "http://localhost:51234/");
    assert_eq!(value(&told, "state"), "a state&more");
    let (status, answer) = service.token(&redeeming(value(&told, "code"), &[]));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["expires_in"], 3_599);
    let header = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    let at = |origin| service.tokens.check(Some(&header), Some(origin), service.now);
    assert!(at("https://org.crm.dynamics.com").is_ok());
    assert!(at("https://other.crm.dynamics.com").is_err());
    let refresh = answer["refresh_token"].as_str().unwrap();
    let again = format!("grant_type=refresh_token&client_id=app&refresh_token={refresh}");
    assert_eq!(service.token(&again).0, 200);
}

#[test]
fn issues_a_refresh_token_only_on_request() {
    let mut service = Service::new();
    let scope = ("scope", "https://org.crm.dynamics.com/user_impersonation");
    let (_, told) = told(&mut service, &asking(&[scope]));
    let (status, answer) = service.token(&redeeming(value(&told, "code"), &[]));
    assert_eq!((status, answer.get("refresh_token")), (200, None), "{answer}");
}

#[test]
fn takes_a_code_once() {
    let mut service = Service::new();
    let code = code_of(&mut service);
    assert_eq!(service.token(&redeeming(&code, &[])).0, 200);
    let (status, answer) = service.token(&redeeming(&code, &[]));
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    assert_eq!(answer["error_codes"], json!([54_005]));
}

#[test]
fn accepts_a_code_for_ten_minutes() {
    let mut service = Service::new();
    let code = code_of(&mut service);
    service.now += 600;
    let (_, answer) = service.token(&redeeming(&code, &[]));
    assert_eq!(answer["error_codes"], json!([70_008]), "{answer}");
}

#[test]
fn accepts_a_code_only_from_its_client() {
    let wrong = "wrong-verifier-wrong-verifier-wrong-verifier-wrong";
    let mut service = Service::new();
    service.tokens.register(ClientRegistration::new("other", "", Service::TENANT));
    for (changed, number) in [
        (("code_verifier", wrong), 501_481),
        (("code_verifier", ""), 501_481),
        (("redirect_uri", "http://localhost:51235"), 500_112),
        (("client_id", "other"), 70_000),
        (("code", "1.AXoA.never-issued"), 70_000),
    ] {
        let code = code_of(&mut service);
        let (_, answer) = service.token(&redeeming(&code, &[changed]));
        assert_eq!(answer["error_codes"], json!([number]), "{changed:?}: {answer}");
    }
}

#[test]
fn accepts_a_plain_challenge() {
    let mut service = Service::new();
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "")];
    let (_, told) = told(&mut service, &asking(&plain));
    assert_eq!(service.token(&redeeming(value(&told, "code"), &[])).0, 200);
}

#[test]
fn redirects_refusals_to_the_application() {
    let mut service = Service::new();
    for (changed, error, number) in [
        (("response_type", "token"), "unsupported_response_type", "AADSTS700054"),
        (("scope", ""), "invalid_request", "AADSTS900144"),
        (("scope", "https://dynamics.microsoft.com/.default"), "invalid_resource", "AADSTS500011"),
        (("code_challenge", "short"), "invalid_request", "AADSTS501491"),
        (("code_challenge_method", "S512"), "invalid_request", "AADSTS501471"),
        (("response_mode", "form_post"), "invalid_request", "AADSTS70007"),
    ] {
        let (_, told) = told(&mut service, &asking(&[changed]));
        assert_eq!(value(&told, "error"), error, "{changed:?}");
        assert!(value(&told, "error_description").starts_with(number), "{told:?}");
        assert_eq!(value(&told, "state"), "a state&more");
    }
    service.settings.sign_in.answer = Answer::Decline;
    let (_, told) = told(&mut service, &asking(&[]));
    assert_eq!(value(&told, "error"), "access_denied");
    assert_eq!(value(&told, "code"), "");
}

#[test]
fn redirects_only_to_registered_uris() {
    let mut service = Service::new();
    for changed in [
        ("redirect_uri", "https://localhost:51234"),
        ("redirect_uri", "http://localhost:51234/other"),
        ("redirect_uri", "http://localhost.example.com"),
        ("redirect_uri", "http://localhost@example.com"),
        ("redirect_uri", "http://user@localhost:51234"),
        ("redirect_uri", "http://127.0.0.1:51234"),
        ("redirect_uri", ""),
        ("client_id", "unknown"),
    ] {
        let response = service.get("oauth2/v2.0/authorize", &asking(&[changed]));
        assert_eq!(response.status(), 400, "{changed:?}");
        assert!(response.headers().get("location").is_none());
        assert!(response.body().starts_with(b"AADSTS"), "{changed:?}");
    }
}
