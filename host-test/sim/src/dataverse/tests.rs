use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::fault::{Author, Coding, RetryAfter, When};
use crate::problem::Limit;
use crate::seed::Seed;

mod faults;

const ORG: &str = "https://org.crm.dynamics.com";

fn dataverse() -> Dataverse {
    Dataverse::new(World::new(&Seed::default()))
}

fn request(dataverse: &mut Dataverse, method: &str, path: &str) -> Request<Bytes> {
    let token = dataverse.issue_token();
    let request = Request::builder()
        .method(method)
        .uri(format!("{ORG}/api/data/v9.2/{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    request.body(Bytes::new()).unwrap()
}

fn get(dataverse: &mut Dataverse, path: &str) -> Response<Bytes> {
    let request = request(dataverse, "GET", path);
    dataverse.handle(request)
}

fn json(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

fn text(response: &Response<Bytes>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}

#[test]
fn names_the_caller() {
    for path in ["WhoAmI", "WhoAmI()", "WhoAmI?tag=1", "%57hoAmI"] {
        let mut dataverse = dataverse();
        let response = get(&mut dataverse, path);
        assert_eq!(response.status(), 200);
        let body = json(&response);
        let members: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["@odata.context", "BusinessUnitId", "UserId", "OrganizationId"]);
        assert_eq!(
            body["@odata.context"],
            format!("{ORG}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse")
        );
        assert_eq!(body["UserId"], dataverse.world.caller.to_string());
    }
}

#[test]
fn accepts_a_path_with_a_host_header_and_each_version() {
    let mut dataverse = dataverse();
    let token = dataverse.issue_token();
    for version in ["v9.0", "v9.1", "v9.2"] {
        let request = Request::get(format!("/api/data/{version}/WhoAmI"))
            .header("Host", "127.0.0.1:8080")
            .header("Authorization", format!("Bearer {token}"));
        let response = dataverse.handle(request.body(Bytes::new()).unwrap());
        let context = json(&response)["@odata.context"].as_str().unwrap().to_owned();
        let start = format!("http://127.0.0.1:8080/api/data/{version}/$metadata#");
        assert!(context.starts_with(&start), "{context}");
    }
    let request = Request::get("/api/data/v4.0/WhoAmI").body(Bytes::new()).unwrap();
    assert_eq!(dataverse.handle(request).status(), 404);
}

#[test]
fn challenges_a_missing_token_in_plain_text() {
    let mut dataverse = dataverse();
    let request = Request::get(format!("{ORG}/api/data/v9.2/")).body(Bytes::new()).unwrap();
    let response = dataverse.handle(request);
    assert_eq!(response.status(), 401);
    let tenant = &dataverse.world.settings.tenant_id;
    assert_eq!(
        response.headers()["www-authenticate"],
        format!("Bearer authorization_uri={ORG}/{tenant}/oauth2/authorize, resource_id={ORG}/")
    );
    assert_eq!(text(&response), "HTTP Error 401 - Unauthorized: Access is denied");
}

#[test]
fn the_challenge_names_the_configured_authority() {
    let mut dataverse = dataverse();
    dataverse.world.settings.authority = Some("https://login.microsoftonline.com".to_owned());
    let request = Request::get(format!("{ORG}/api/data/v9.2/")).body(Bytes::new()).unwrap();
    let response = dataverse.handle(request);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Bearer authorization_uri=https://login.microsoftonline.com/"));
}

#[test]
fn a_token_expires() {
    let mut dataverse = dataverse();
    let first = request(&mut dataverse, "GET", "WhoAmI");
    assert_eq!(dataverse.handle(first.clone()).status(), 200);
    dataverse.advance(Duration::from_secs(3_600));
    assert_eq!(dataverse.handle(first).status(), 401);
}

#[test]
fn an_application_without_an_application_user_is_not_a_member() {
    let mut dataverse = dataverse();
    let mut client = dataverse.client();
    client.application_user = false;
    dataverse.register_client(client.clone());
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={ORG}/.default",
        client.client_id, client.client_secret
    );
    let uri = format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", client.tenant_id);
    let request = Request::post(uri).body(Bytes::from(body)).unwrap();
    let token = json(&dataverse.handle(request))["access_token"].as_str().unwrap().to_owned();
    let request = Request::get(format!("{ORG}/api/data/v9.2/WhoAmI"))
        .header("authorization", format!("Bearer {token}"));
    let response = dataverse.handle(request.body(Bytes::new()).unwrap());
    assert_eq!(response.status(), 403);
    assert_eq!(json(&response)["error"]["code"], "0x80072560");
    assert_eq!(
        json(&response)["error"]["message"],
        "The user is not a member of the organization."
    );
}

#[test]
fn counts_down_the_limits_and_enforces_them() {
    let mut dataverse = dataverse();
    dataverse.world.settings.request_limit = 2;
    let remaining = |response: &Response<Bytes>| {
        let name = "x-ms-ratelimit-burst-remaining-xrm-requests";
        response.headers()[name].to_str().unwrap().to_owned()
    };
    assert_eq!(remaining(&get(&mut dataverse, "WhoAmI")), "1");
    assert_eq!(remaining(&get(&mut dataverse, "WhoAmI")), "0");
    let refused = get(&mut dataverse, "WhoAmI");
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "300");
    assert_eq!(
        text(&refused),
        r#"{"error":{"code":"0x80072322","message":"Number of requests exceeded the limit of 2 over time window of 300 seconds."}}"#
    );
    dataverse.advance(Duration::from_secs(300));
    assert_eq!(get(&mut dataverse, "WhoAmI").status(), 200);
}

#[test]
fn lists_its_entity_sets() {
    let body = json(&get(&mut dataverse(), ""));
    assert_eq!(body["@odata.context"], format!("{ORG}/api/data/v9.2/$metadata"));
    let sets = body["value"].as_array().unwrap();
    assert!(sets.iter().any(|set| set["name"] == "accounts" && set["kind"] == "EntitySet"));
}

#[test]
fn refuses_unmodelled_features_by_name() {
    let mut dataverse = dataverse();
    for path in ["RelationshipDefinitions", "PublishXml", "ManagedPropertyDefinitions"] {
        let response = get(&mut dataverse, path);
        assert_eq!(response.status(), 501, "{path}");
        assert!(text(&response).contains(path));
    }
    let request = Request::get("https://globaldisco.crm.dynamics.com/api/discovery/v2.0/Instances");
    let response = dataverse.handle(request.body(Bytes::new()).unwrap());
    assert_eq!(response.status(), 501);
}

#[test]
fn refuses_an_unknown_set_in_dataverses_words() {
    let response = get(&mut dataverse(), "conacs");
    assert_eq!(response.status(), 404);
    assert_eq!(
        text(&response),
        r#"{"error":{"code":"0x80060888","message":"Resource not found for the segment 'conacs'."}}"#
    );
}

#[test]
fn a_head_is_a_get_without_its_body() {
    let mut dataverse = dataverse();
    let request = request(&mut dataverse, "HEAD", "WhoAmI");
    let response = dataverse.handle(request);
    assert_eq!(response.status(), 200);
    assert!(response.body().is_empty());
    assert_ne!(response.headers()["content-length"], "0");
}

#[test]
fn a_preflight_needs_no_token() {
    let mut dataverse = dataverse();
    let request = Request::options(format!("{ORG}/api/data/v9.2/accounts"))
        .header("origin", "https://app.example")
        .header("access-control-request-headers", "authorization,prefer");
    let response = dataverse.handle(request.body(Bytes::new()).unwrap());
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example");
    assert_eq!(response.headers()["access-control-allow-headers"], "authorization,prefer");
}

#[test]
fn the_journal_holds_every_request_and_no_token() {
    let mut dataverse = dataverse();
    get(&mut dataverse, "WhoAmI?a=b%20c");
    get(&mut dataverse, "conacs");
    let journal = dataverse.journal();
    assert_eq!(journal.len(), 2);
    assert_eq!(
        journal.to_string(),
        "GET /api/data/v9.2/WhoAmI?a=b c -> 200\nGET /api/data/v9.2/conacs -> 404"
    );
    let entry = journal.iter().next().unwrap();
    assert_eq!(entry.authority, "org.crm.dynamics.com");
    assert_eq!(entry.header("Authorization"), Some("Bearer [token]"));
    assert!(!format!("{journal:?}").contains("simulated-access-token"));
}

#[test]
fn refuses_impersonation() {
    let mut dataverse = dataverse();
    let mut request = request(&mut dataverse, "GET", "accounts");
    let id = Seed::user(1).to_string().parse().unwrap();
    request.headers_mut().insert("mscrmcallerid", id);
    let response = dataverse.handle(request);
    assert_eq!(response.status(), 501);
    assert!(text(&response).contains("'MSCRMCallerID'"));
}

#[test]
fn a_disabled_user_is_refused_with_either_status() {
    let mut dataverse = dataverse();
    let disabled = serde_json::json!({"isdisabled": true});
    let row = disabled.as_object().unwrap().clone();
    dataverse.world.update("systemuser", Seed::caller(), row).unwrap();
    for (name, status) in [("403", 403), ("400", 400)] {
        dataverse.world.settings.set_by_name("disabled_user_status", name).unwrap();
        let response = get(&mut dataverse, "WhoAmI");
        assert_eq!(response.status(), status);
        assert_eq!(json(&response)["error"]["code"], "0x80040225");
    }
}

#[test]
fn a_disabled_organization_refuses_everything() {
    let mut dataverse = dataverse();
    dataverse.world.settings.organization_is_disabled = true;
    let response = get(&mut dataverse, "accounts");
    assert_eq!(response.status(), 403);
    assert_eq!(json(&response)["error"]["code"], "0x8004a104");
}

#[test]
fn the_dates_of_the_service_may_be_skewed() {
    let mut dataverse = dataverse();
    dataverse.world.settings.date_skew = 600;
    let response = get(&mut dataverse, "WhoAmI");
    assert_eq!(response.headers()["date"], "Mon, 16 Feb 2026 09:10:00 GMT");
    dataverse.next(Fault::Throttled { limit: Limit::Requests, retry_after: RetryAfter::Date(5) });
    let response = get(&mut dataverse, "WhoAmI");
    assert_eq!(response.headers()["date"], "Mon, 16 Feb 2026 09:10:00 GMT");
    assert_eq!(response.headers()["retry-after"], "Mon, 16 Feb 2026 09:10:05 GMT");
}
