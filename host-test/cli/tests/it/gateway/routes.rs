//! Paths and methods.

use super::host::Gateway;

#[test]
fn serves_the_manifest_as_the_connector_describes_it() {
    let answer = Gateway::new().ask("GET", "/actions");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json(), host_test::Harness::new().describe());
}

#[test]
fn answers_head_like_get_without_the_body() {
    let gateway = Gateway::new();
    for path in ["/healthz", "/actions", "/openapi.json", "/nowhere"] {
        let (get, head) = (gateway.ask("GET", path), gateway.ask("HEAD", path));
        assert_eq!(head.status(), get.status(), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert_eq!(head.text(), "");
        let length = get.text().len().to_string();
        assert_eq!(get.header("content-length"), Some(length.as_str()));
    }
}

#[test]
fn forbids_caching() {
    for path in ["/healthz", "/actions", "/nowhere"] {
        let answer = Gateway::new().ask("GET", path);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}

#[test]
fn refuses_a_method_that_the_path_does_not_allow() {
    let gateway = Gateway::new();
    for (path, allowed) in [
        ("/healthz", "GET, HEAD"),
        ("/actions", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
        ("/actions/list_accounts", "POST"),
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
            if allowed.split(", ").any(|other| other == method) {
                continue;
            }
            let answer = gateway.ask(method, path);
            assert_eq!(answer.status(), 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some(allowed));
        }
    }
    assert_eq!(gateway.requests(), 0);
}

#[test]
fn knows_no_other_paths_and_no_other_actions() {
    let gateway = Gateway::new();
    for path in ["/", "/actions/", "/actions/delete_account", "/actions/list_accounts/", "/Actions"]
    {
        for method in ["GET", "POST"] {
            let answer = gateway.ask(method, path);
            assert_eq!(answer.status(), 404, "{method} {path}");
            answer.problem();
        }
    }
    assert_eq!(gateway.requests(), 0);
}

#[test]
fn ignores_the_query() {
    assert_eq!(Gateway::new().ask("POST", "/actions/list_accounts?trace=1").status(), 200);
}
