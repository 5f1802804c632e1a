//! The key: without the right one, only the health check works.

use bytes::Bytes;
use http::header::AUTHORIZATION;

use super::host::{Gateway, KEY, unkeyed};

/// Every known path and method, and an unknown one of each.
const REQUESTS: [(&str, &str); 6] = [
    ("GET", "/actions"),
    ("POST", "/actions/list_accounts"),
    ("GET", "/openapi.json"),
    ("GET", "/actions/delete_account"),
    ("DELETE", "/actions"),
    ("GET", "/"),
];

#[test]
fn serves_health_without_a_key() {
    for gateway in [Gateway::new(), Gateway::new().without("DYNAMICS365_GATEWAY_KEY")] {
        let answer = gateway.send(unkeyed("GET", "/healthz").body(Bytes::new()).unwrap());
        assert_eq!((answer.status(), answer.text()), (200, r#"{"status":"ok"}"#));
        assert_eq!(gateway.requests(), 0);
    }
}

#[test]
fn serves_nothing_else_while_no_key_is_set() {
    let name = "DYNAMICS365_GATEWAY_KEY";
    for gateway in [Gateway::new().without(name), Gateway::new().with(name, " ")] {
        for (method, path) in REQUESTS {
            // An empty key must not match an empty header.
            for value in ["Bearer ", &format!("Bearer {KEY}")] {
                let request = unkeyed(method, path).header(AUTHORIZATION, value);
                let answer = gateway.send(request.body(Bytes::new()).unwrap());
                assert_eq!(answer.status(), 503, "{method} {path}");
                let detail = "the gateway has no key and serves nothing but `/healthz`: set \
                              `DYNAMICS365_GATEWAY_KEY` in its environment";
                assert_eq!(answer.problem()["detail"], detail);
            }
        }
        assert_eq!(gateway.requests(), 0);
    }
}

#[test]
fn refuses_requests_without_the_key() {
    let gateway = Gateway::new();
    let wrong = [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer wrong".to_owned(),
        format!("Bearer {KEY}x"),
        format!("Bearer {}", &KEY[1..]),
        format!("Bearer {}", &KEY[..KEY.len() - 1]),
        format!("Bearer {}", KEY.to_uppercase()),
        format!("Basic {KEY}"),
        KEY.to_owned(),
    ];
    for (method, path) in REQUESTS {
        for value in &wrong {
            let request = unkeyed(method, path).header(AUTHORIZATION, value);
            let answer = gateway.send(request.body(Bytes::new()).unwrap());
            assert_eq!(answer.status(), 401, "{method} {path} {value}");
            let challenge = answer.header("www-authenticate").unwrap();
            assert!(challenge.starts_with("Bearer realm=\"dynamics365-sales\""), "{challenge}");
            answer.problem();
        }
        let answer = gateway.send(unkeyed(method, path).body(Bytes::new()).unwrap());
        assert_eq!(answer.status(), 401, "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"dynamics365-sales\""));
    }
    assert_eq!(gateway.requests(), 0);
}

#[test]
fn refuses_two_keys_even_if_one_is_right() {
    let request = unkeyed("GET", "/actions").header(AUTHORIZATION, format!("Bearer {KEY}"));
    let request = request.header(AUTHORIZATION, "Bearer other");
    assert_eq!(Gateway::new().send(request.body(Bytes::new()).unwrap()).status(), 401);
}

#[test]
fn accepts_the_scheme_in_any_case_and_a_key_file_with_a_line_feed() {
    let gateway = Gateway::new().with("DYNAMICS365_GATEWAY_KEY", &format!("{KEY}\n"));
    let request = unkeyed("GET", "/actions").header(AUTHORIZATION, format!("bearer {KEY}"));
    assert_eq!(gateway.send(request.body(Bytes::new()).unwrap()).status(), 200);
}
