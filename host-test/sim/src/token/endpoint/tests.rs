use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use uuid::Uuid;

use super::super::ClientRegistration;
use super::*;

const TENANT: &str = "6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d";
const ORG: &str = "https%3A%2F%2Forg.crm.dynamics.com";

fn tokens() -> Tokens {
    let mut tokens = Tokens::default();
    tokens.register(ClientRegistration::new("app", "s3cret~+/", TENANT));
    tokens
}

fn ask(tokens: &mut Tokens, tenant: &str, body: &str) -> (u16, Value) {
    ask_with(tokens, &Settings::default(), tenant, &HeaderMap::new(), body)
}

fn ask_with(
    tokens: &mut Tokens,
    settings: &Settings,
    tenant: &str,
    headers: &HeaderMap,
    body: &str,
) -> (u16, Value) {
    let response = answer(
        tokens,
        settings,
        &SignIn {
            method: &Method::POST,
            tenant,
            path: "oauth2/v2.0/token",
            query: "",
            headers,
            body: &Bytes::from(body.to_owned()),
            origin: "http://127.0.0.1:1",
            now: 1_771_232_400,
            ids: (Uuid::nil(), Uuid::nil()),
        },
    );
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
}

#[test]
fn gives_an_application_a_token_and_no_refresh_token() {
    let mut tokens = tokens();
    let body = format!(
        "grant_type=client_credentials&client_id=app&client_secret=s3cret%7e%2B%2f&scope={ORG}%2F.default"
    );
    let (status, answer) = ask(&mut tokens, TENANT, &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["expires_in"], 3_599);
    assert_eq!(answer["ext_expires_in"], 3_599);
    assert_eq!(answer["token_type"], "Bearer");
    assert!(answer.get("refresh_token").is_none());
    let header = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    let at = |origin| tokens.check(Some(&header), Some(origin), 1_771_232_400);
    assert!(at("https://org.crm.dynamics.com").is_ok());
    assert!(at("https://other.crm.dynamics.com").is_err());
}

#[test]
fn takes_the_secret_from_a_basic_header() {
    let mut headers = HeaderMap::new();
    let basic = STANDARD.encode("app:s3cret~%2B/");
    headers.insert("authorization", format!("Basic {basic}").parse().unwrap());
    let body = format!("grant_type=client_credentials&scope={ORG}/.default");
    let (status, answer) = ask_with(&mut tokens(), &Settings::default(), TENANT, &headers, &body);
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn refuses_a_wrong_secret_in_the_words_of_entra() {
    let body = format!(
        "grant_type=client_credentials&client_id=app&client_secret=no&scope={ORG}/.default"
    );
    let (status, answer) = ask(&mut tokens(), TENANT, &body);
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")));
    assert_eq!(
        answer["error_description"],
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request \
         is the client secret value, not the client secret ID, for a secret added to app 'app'.\r\n\
         Trace ID: 00000000-0000-0000-0000-000000000000\r\n\
         Correlation ID: 00000000-0000-0000-0000-000000000000\r\n\
         Timestamp: 2026-02-16 09:00:00Z"
    );
    assert_eq!(answer["error_codes"], json!([7_000_215]));
}

#[test]
fn replaces_a_refresh_token_on_every_use_and_keeps_the_old_one() {
    let mut tokens = tokens();
    let first = tokens.issue_refresh("app", None, 1_771_000_000);
    let body = format!(
        "grant_type=refresh_token&client_id=app&client_secret=s3cret~%2B%2F&refresh_token={first}\
         &scope={ORG}/.default+offline_access"
    );
    let (status, answer) = ask(&mut tokens, "common", &body);
    assert_eq!(status, 200, "{answer}");
    assert_ne!(answer["refresh_token"], json!(first));
    let (again, _) = ask(&mut tokens, "organizations", &body);
    assert_eq!(again, 200);
}

#[test]
fn a_single_use_refresh_token_is_revoked_by_its_use() {
    let mut tokens = tokens();
    let settings = Settings { refresh_tokens_are_single_use: true, ..Settings::default() };
    let first = tokens.issue_refresh("app", None, 1_771_000_000);
    let body = format!(
        "grant_type=refresh_token&client_id=app&client_secret=s3cret~%2B%2F&refresh_token={first}"
    );
    let headers = HeaderMap::new();
    assert_eq!(ask_with(&mut tokens, &settings, TENANT, &headers, &body).0, 200);
    let (status, answer) = ask_with(&mut tokens, &settings, TENANT, &headers, &body);
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    assert_eq!(answer["error_codes"], json!([50_173]));
}

#[test]
fn each_refusal_has_its_error_and_number() {
    let mut tokens = tokens();
    let old = tokens.issue_refresh("app", None, 0);
    let secret = "client_id=app&client_secret=s3cret~%2B%2F";
    let table: Vec<(&str, String, u16, &str, u32)> = vec![
        (TENANT, "{\"grant_type\":\"x\"}".into(), 400, "invalid_request", 900_144),
        (TENANT, "grant_type=password".into(), 400, "unsupported_grant_type", 70_003),
        (TENANT, "grant_type=a&grant_type=b".into(), 400, "invalid_request", 90_014),
        ("elsewhere", format!("grant_type=refresh_token&{secret}"), 400, "invalid_request", 90_002),
        (
            TENANT,
            "grant_type=refresh_token&client_id=x&client_secret=y".into(),
            400,
            "unauthorized_client",
            700_016,
        ),
        (TENANT, "grant_type=refresh_token&client_id=app".into(), 401, "invalid_client", 7_000_218),
        (
            TENANT,
            format!("grant_type=refresh_token&{secret}&refresh_token=x"),
            400,
            "invalid_grant",
            9_002_313,
        ),
        (
            TENANT,
            format!("grant_type=refresh_token&{secret}&refresh_token={old}"),
            400,
            "invalid_grant",
            700_082,
        ),
        (
            "common",
            format!("grant_type=client_credentials&{secret}&scope={ORG}/.default"),
            400,
            "unauthorized_client",
            700_016,
        ),
        (
            TENANT,
            format!("grant_type=client_credentials&{secret}&scope={ORG}/user_impersonation"),
            400,
            "invalid_scope",
            1_002_012,
        ),
        (
            TENANT,
            format!(
                "grant_type=client_credentials&{secret}&scope=https://dynamics.microsoft.com/.default"
            ),
            400,
            "invalid_resource",
            500_011,
        ),
    ];
    for (tenant, body, status, error, number) in table {
        let (got, answer) = ask(&mut tokens, tenant, &body);
        assert_eq!((got, &answer["error"]), (status, &json!(error)), "{body}: {answer}");
        assert_eq!(answer["error_codes"], json!([number]), "{body}");
    }
}

#[test]
fn refuses_unmodelled_features_by_name() {
    let body = Bytes::new();
    let response = answer(
        &mut tokens(),
        &Settings::default(),
        &SignIn {
            method: &Method::POST,
            tenant: TENANT,
            path: "oauth2/token",
            query: "",
            headers: &HeaderMap::new(),
            body: &body,
            origin: "http://a",
            now: 0,
            ids: (Uuid::nil(), Uuid::nil()),
        },
    );
    assert_eq!(response.status(), 501);
    let text = String::from_utf8_lossy(response.body()).into_owned();
    assert!(text.contains("POST oauth2/token of the sign-in service"), "{text}");
}

#[test]
fn an_expired_secret_has_its_own_number() {
    let mut tokens = tokens();
    let client = ClientRegistration::new("app", "s3cret~+/", TENANT);
    tokens.register(ClientRegistration { secret_expired: true, ..client });
    let body = format!(
        "grant_type=client_credentials&client_id=app&client_secret=s3cret~%2B%2F&scope={ORG}%2F.default"
    );
    let (status, answer) = ask(&mut tokens, TENANT, &body);
    assert_eq!((status, &answer["error"]), (401, &Value::from("invalid_client")));
    assert_eq!(answer["error_codes"][0], 7_000_222);
}

#[test]
fn the_lifetime_of_a_token_may_be_text() {
    let settings = Settings {
        sign_in: crate::SignInSettings { numbers_are_text: true, ..Default::default() },
        ..Settings::default()
    };
    let body = format!(
        "grant_type=client_credentials&client_id=app&client_secret=s3cret~%2B%2F&scope={ORG}%2F.default"
    );
    let (_, answer) = ask_with(&mut tokens(), &settings, TENANT, &HeaderMap::new(), &body);
    assert_eq!(
        (&answer["expires_in"], &answer["ext_expires_in"]),
        (&Value::from("3599"), &Value::from("3599"))
    );
}
