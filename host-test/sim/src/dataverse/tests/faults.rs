//! Each told fault, as a caller meets it.

use super::*;

fn told(fault: Fault, path: &str) -> (Dataverse, Delivery) {
    let mut dataverse = dataverse();
    dataverse.next(fault);
    let request = request(&mut dataverse, "GET", path);
    let delivery = dataverse.deliver(request);
    assert_eq!(dataverse.faults_left(), 0);
    (dataverse, delivery)
}

fn answer(fault: Fault) -> Response<Bytes> {
    told(fault, "accounts?$select=name").1.response().unwrap().clone()
}

#[test]
fn throttling_has_the_code_of_its_limit_and_each_form_of_retry_after() {
    let throttled = |limit, retry_after| answer(Fault::Throttled { limit, retry_after });
    let seconds = throttled(Limit::Requests, RetryAfter::Seconds(7));
    assert_eq!(seconds.status(), 429);
    assert_eq!(seconds.headers()["retry-after"], "7");
    assert_eq!(json(&seconds)["error"]["code"], "0x80072322");
    let date = throttled(Limit::ExecutionTime, RetryAfter::Date(60));
    assert_eq!(date.headers()["retry-after"], "Mon, 16 Feb 2026 09:01:00 GMT");
    assert_eq!(
        json(&date)["error"]["message"],
        "Combined execution time of incoming requests exceeded limit of 1,200,000  milliseconds over \
         time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of \
         requests and try again later."
    );
    let none = throttled(Limit::Concurrency, RetryAfter::Absent);
    assert!(none.headers().get("retry-after").is_none());
    assert_eq!(
        json(&none)["error"]["message"],
        "Number of concurrent requests exceeded the limit of 52."
    );
}

#[test]
fn server_errors_come_in_json_and_in_html() {
    for status in [500, 502, 503, 504] {
        let plain = answer(Fault::server_error(status));
        assert_eq!(plain.status(), status);
        assert!(json(&plain)["error"]["message"].is_string());
        let page = answer(Fault::ServerError {
            status,
            when: When::BeforeCommit,
            page: Page::Html,
            retry_after: RetryAfter::Seconds(3),
        });
        assert_eq!(page.status(), status);
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers()["retry-after"], "3");
        assert!(text(&page).starts_with("<!DOCTYPE html>"));
    }
}

#[test]
fn the_connection_fails_in_each_way() {
    let path = "accounts?$select=name";
    let refused = told(Fault::ConnectionRefused, path).1;
    assert!(matches!(refused, Delivery::Refused));
    for when in [When::BeforeCommit, When::AfterCommit] {
        let (dataverse, delivery) = told(Fault::Reset(when), path);
        assert!(matches!(delivery, Delivery::Reset));
        assert_eq!(dataverse.journal().last().unwrap().status, None);
        let stalled = told(Fault::StalledBeforeFirstByte(when), path).1;
        assert!(matches!(stalled, Delivery::Stalled));
    }
    let stalled = told(Fault::StalledInBody { after: 3 }, path).1;
    assert!(matches!(stalled, Delivery::StalledAfter(_, 3)));
    assert!(matches!(told(Fault::CutBody { after: 5 }, path).1, Delivery::Cut(_, 5)));
    let wrong = told(Fault::WrongContentLength { declared: 9 }, path).1;
    assert!(matches!(wrong, Delivery::WrongLength(_, 9)));
}

#[test]
fn bodies_are_wrong_in_each_way() {
    assert!(text(&answer(Fault::HtmlPage(When::BeforeCommit))).starts_with("<!DOCTYPE html>"));
    let broken = answer(Fault::MalformedJson);
    assert_eq!(broken.status(), 200);
    assert!(serde_json::from_slice::<Value>(broken.body()).is_err());
    assert!(json(&answer(Fault::OtherShape)).get("value").is_none());
    let large = answer(Fault::Oversized { bytes: 100_000 });
    assert!(large.body().len() > 100_000);
    assert!(json(&large)["value"].is_array());
}

#[test]
fn refusals_are_those_of_dataverse() {
    let expired = answer(Fault::ExpiredToken);
    assert_eq!(expired.status(), 401);
    assert!(expired.headers()["www-authenticate"].to_str().unwrap().contains("resource_id="));
    let claims = answer(Fault::Unauthorized(Challenge::InsufficientClaims));
    let header = claims.headers()["www-authenticate"].to_str().unwrap();
    assert!(header.contains("error=\"insufficient_claims\", claims=\""), "{header}");
    let code = |fault| json(&answer(fault))["error"]["code"].as_str().unwrap().to_owned();
    assert_eq!(code(Fault::Forbidden), "0x80040220");
    assert_eq!(code(Fault::PreconditionFailed), "0x80060882");
    let missing = answer(Fault::NotFound);
    assert_eq!(missing.status(), 404);
    assert_eq!(
        json(&missing)["error"]["message"],
        "Entity 'account' With Id = 00000000-0000-0000-0000-000000000000 Does Not Exist"
    );
}

#[test]
fn next_links_lead_elsewhere_or_on_and_on() {
    let origin = "https://elsewhere.example".to_owned();
    let foreign = answer(Fault::ForeignNextLink { origin });
    assert_eq!(
        json(&foreign)["@odata.nextLink"],
        "https://elsewhere.example/api/data/v9.2/accounts?$select=name"
    );
    let mut dataverse = dataverse();
    dataverse.always(Fault::EndlessNextLinks);
    let mut path = "accounts?$select=name".to_owned();
    for number in 1..4 {
        let body = json(&get(&mut dataverse, &path));
        let link = body["@odata.nextLink"].as_str().unwrap();
        assert_eq!(link, format!("{ORG}/api/data/v9.2/accounts?$select=name&endless={number}"));
        assert!(!body["value"].as_array().unwrap().is_empty());
        path = link.rsplit('/').next().unwrap().to_owned();
    }
}

#[test]
fn a_verbatim_answer_is_given_as_it_is() {
    let odd = answer(Fault::answer(418, "{\"a\":1}"));
    assert_eq!(odd.status(), 418);
    assert_eq!(text(&odd), "{\"a\":1}");
}

fn refresh(dataverse: &mut Dataverse, token: &str) -> Response<Bytes> {
    let client = dataverse.client();
    let body = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={token}",
        client.client_id, client.client_secret
    );
    let uri = "https://login.microsoftonline.com/common/oauth2/v2.0/token";
    dataverse.handle(Request::post(uri).body(Bytes::from(body)).unwrap())
}

#[test]
fn a_revoked_refresh_token_is_refused_from_then_on() {
    let mut dataverse = dataverse();
    let token = dataverse.issue_refresh_token();
    dataverse.next(Fault::RevokedRefreshToken);
    for _ in 0..2 {
        let response = refresh(&mut dataverse, &token);
        assert_eq!(response.status(), 400);
        assert_eq!(json(&response)["error"], "invalid_grant");
    }
}

#[test]
fn a_rotated_refresh_token_is_good_once() {
    let mut dataverse = dataverse();
    let token = dataverse.issue_refresh_token();
    dataverse.next(Fault::RotatedRefreshToken);
    let response = refresh(&mut dataverse, &token);
    assert_eq!(response.status(), 200);
    assert_eq!(refresh(&mut dataverse, &token).status(), 400);
    let newer = json(&response)["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(refresh(&mut dataverse, &newer).status(), 200);
}

#[test]
fn a_fault_after_the_commit_leaves_the_row_behind() {
    let mut dataverse = dataverse();
    let before = dataverse.world.count("account");
    for (fault, made) in [
        (Fault::Reset(When::BeforeCommit), 0),
        (Fault::Reset(When::AfterCommit), 1),
        (Fault::server_error(503), 1),
        (
            Fault::ServerError {
                status: 503,
                when: When::AfterCommit,
                page: Page::Json,
                retry_after: RetryAfter::Absent,
            },
            2,
        ),
        (Fault::throttled(1), 2),
        (Fault::CutBody { after: 0 }, 3),
    ] {
        dataverse.next_for("POST", "accounts", fault);
        let mut request = request(&mut dataverse, "POST", "accounts");
        *request.body_mut() = Bytes::from_static(b"{\"name\":\"Contoso\"}");
        dataverse.deliver(request);
        assert_eq!(dataverse.world.count("account"), before + made);
    }
}
