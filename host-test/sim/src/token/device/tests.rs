use serde_json::json;

use super::*;
use crate::token::tests_support::Service;

const SCOPE: &str = "https%3A%2F%2Forg.crm.dynamics.com%2Fuser_impersonation+offline_access";

fn begun(service: &mut Service) -> Value {
    let body = format!("client_id=app&scope={SCOPE}");
    let (status, begun) = service.post("oauth2/v2.0/devicecode", &body);
    assert_eq!(status, 200, "{begun}");
    begun
}

fn poll(service: &mut Service, code: &str) -> (u16, Value) {
    service.token(&format!(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=app&device_code={code}"
    ))
}

fn code(begun: &Value) -> &str {
    begun["device_code"].as_str().unwrap()
}

#[test]
fn issues_a_device_code_and_a_user_code() {
    let begun = begun(&mut Service::new());
    let user_code = begun["user_code"].as_str().unwrap();
    assert!(begun["message"].as_str().unwrap().contains(user_code));
    assert_eq!((&begun["expires_in"], &begun["interval"]), (&json!(900), &json!(5)));
    assert_ne!(begun["device_code"], begun["user_code"]);
}

#[test]
fn keeps_the_device_waiting_until_the_user_answers() {
    let mut service = Service::new();
    service.settings.sign_in.polls_until_answered = 2;
    let begun = begun(&mut service);
    for _ in 0..2 {
        let (status, answer) = poll(&mut service, code(&begun));
        assert_eq!((status, &answer["error"]), (400, &json!("authorization_pending")));
        assert_eq!(answer["error_codes"], json!([70_016]));
    }
    let (status, answer) = poll(&mut service, code(&begun));
    assert_eq!(status, 200, "{answer}");
    assert!(answer["refresh_token"].is_string());
    assert_eq!(poll(&mut service, code(&begun)).1["error"], "bad_verification_code");
}

#[test]
fn reports_a_declined_sign_in() {
    let mut service = Service::new();
    service.settings.sign_in.polls_until_answered = 0;
    service.settings.sign_in.answer = Answer::Decline;
    let begun = begun(&mut service);
    let (status, answer) = poll(&mut service, code(&begun));
    assert_eq!((status, &answer["error"]), (400, &json!("authorization_declined")));
}

#[test]
fn reports_an_expired_code() {
    let mut service = Service::new();
    let begun = begun(&mut service);
    service.now += 900;
    let (status, answer) = poll(&mut service, code(&begun));
    assert_eq!((status, &answer["error"]), (400, &json!("expired_token")));
}

#[test]
fn asks_to_slow_down_by_a_setting() {
    let mut service = Service::new();
    service.settings.sign_in.slow_down = true;
    let begun = begun(&mut service);
    assert_eq!(poll(&mut service, code(&begun)).1["error"], "authorization_pending");
    service.now += 4;
    assert_eq!(poll(&mut service, code(&begun)).1["error"], "slow_down");
    service.now += 5;
    assert_eq!(poll(&mut service, code(&begun)).0, 200);
}

#[test]
fn knows_only_its_own_codes() {
    let mut service = Service::new();
    let (status, answer) = poll(&mut service, "never-issued");
    assert_eq!((status, &answer["error"]), (400, &json!("bad_verification_code")));
    let (status, answer) = service.post("oauth2/v2.0/devicecode", "client_id=app");
    assert_eq!((status, &answer["error_codes"]), (400, &json!([900_144])));
}

#[test]
fn settings_turn_numbers_into_text_or_anything_else() {
    let mut service = Service::new();
    let form = format!("client_id=app&scope={SCOPE}");
    let mut begin = |name: &str, value: &str| {
        service.settings.set_by_name(name, value).unwrap();
        let (_, answer) = service.post("oauth2/v2.0/devicecode", &form);
        format!("{} {}", answer["interval"], answer["expires_in"])
    };
    assert_eq!(begin("numbers_are_text", "false"), "5 900");
    assert_eq!(begin("numbers_are_text", "true"), "\"5\" \"900\"");
    assert_eq!(begin("interval_json", "0"), "0 \"900\"");
    assert_eq!(begin("interval_json", "1e18"), "1e+18 \"900\"");
    assert_eq!(begin("expires_in_json", "18446744073709551615"), "1e+18 18446744073709551615");
}
