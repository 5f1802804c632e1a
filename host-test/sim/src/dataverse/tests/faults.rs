//! The effect of each fault on a caller.

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
fn throttling_has_its_limits_code_and_each_form_of_retry_after() {
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
            author: Author::Proxy,
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
fn next_links_lead_elsewhere_or_never_end() {
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
fn a_verbatim_answer_is_unchanged() {
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
fn a_rotated_refresh_token_works_once() {
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
fn a_fault_after_the_commit_leaves_the_row_stored() {
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
                author: Author::Dataverse,
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

#[test]
fn a_code_may_have_any_status() {
    for status in [400, 401, 404, 429, 500, 503] {
        let refused = answer(Fault::plug_in(status));
        assert_eq!(refused.status(), status);
        assert_eq!(
            text(&refused),
            r#"{"error":{"code":"0x80040265","message":"ISV code aborted the operation."}}"#
        );
    }
    let odd = answer(Fault::refusal(418, "0x1", "No tea."));
    assert_eq!((odd.status().as_u16(), &json(&odd)["error"]["code"]), (418, &Value::from("0x1")));
    let code = |fault| json(&answer(fault))["error"]["code"].clone();
    assert_eq!(code(Fault::throttled_as(403, Limit::ExecutionTime)), "0x80072321");
    assert_eq!(code(Fault::plug_in_failure(500)), "0x80040224");
    assert_eq!(code(Fault::duplicate(429)), "0x80040333");
    assert_eq!(code(Fault::disabled_user(400)), "0x80040225");
    assert_eq!(code(Fault::organization_disabled()), "0x8004a104");
}

#[test]
fn another_customization_locks_with_429_without_retry_after() {
    for operation in ["EntityCustomization", "PublishAll", "Import"] {
        let locked = answer(Fault::customization_lock(operation));
        assert_eq!(locked.status(), 429);
        assert!(locked.headers().get("retry-after").is_none());
        assert_eq!(json(&locked)["error"]["code"], "0x80071151");
        assert_eq!(
            json(&locked)["error"]["message"],
            format!(
                "Cannot start another [{operation}] because there is a previous [{operation}] running at this moment."
            )
        );
    }
}

#[test]
fn retry_after_has_every_form() {
    for (retry_after, header) in [
        (RetryAfter::Seconds(0), "0"),
        (RetryAfter::Fraction(2_500), "2.5"),
        (RetryAfter::Date(5), "Mon, 16 Feb 2026 09:00:05 GMT"),
        (RetryAfter::PastDate(3_600), "Mon, 16 Feb 2026 08:00:00 GMT"),
        (RetryAfter::Text("soon"), "soon"),
    ] {
        let throttled = answer(Fault::Throttled { limit: Limit::Requests, retry_after });
        assert_eq!(throttled.headers()["retry-after"], header);
        // The header of the remaining time has a thousands separator (live).
        let remaining = "x-ms-ratelimit-time-remaining-xrm-requests";
        assert_eq!(throttled.headers()[remaining], "1,200.00");
    }
}

#[test]
fn a_byte_order_mark_comes_before_rows_errors_and_tokens() {
    let marked = |response: &Response<Bytes>| {
        let rest = response.body().strip_prefix(b"\xEF\xBB\xBF").unwrap();
        serde_json::from_slice::<Value>(rest).unwrap()
    };
    let rows = answer(Fault::ByteOrderMark);
    assert!(marked(&rows)["value"].is_array());
    assert!(rows.headers().get("content-length").is_none());
    let error = told(Fault::ByteOrderMark, "conacs").1.into_response();
    assert_eq!(
        (error.status(), &marked(&error)["error"]["code"]),
        (http::StatusCode::NOT_FOUND, &Value::from("0x80060888"))
    );
    let mut dataverse = dataverse();
    let token = dataverse.issue_refresh_token();
    dataverse.next_for("POST", "token", Fault::ByteOrderMark);
    assert!(marked(&refresh(&mut dataverse, &token))["access_token"].is_string());
}

#[test]
fn a_body_may_have_an_unrequested_coding() {
    use std::io::Read;
    let plain = answer(Fault::Encoded(Coding::Unknown));
    assert_eq!(plain.headers()["content-encoding"], "x-unknown");
    assert!(std::str::from_utf8(plain.body()).is_err());
    let gzip = answer(Fault::Encoded(Coding::Gzip));
    assert_eq!(gzip.headers()["content-encoding"], "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(gzip.body().as_ref()).read_to_string(&mut text).unwrap();
    assert!(text.starts_with("{\"@odata.context\""), "{text}");
    let deflate = answer(Fault::Encoded(Coding::Deflate));
    assert_eq!(deflate.headers()["content-encoding"], "deflate");
    text.clear();
    flate2::read::ZlibDecoder::new(deflate.body().as_ref()).read_to_string(&mut text).unwrap();
    assert!(text.ends_with("]}"), "{text}");
}

#[test]
fn a_row_may_have_a_value_that_readers_may_refuse() {
    let first_row = |fault| {
        let text = text(&answer(fault));
        let (_, rows) = text.split_once("\"value\":[").unwrap();
        rows.split_once('}').unwrap().0.to_owned()
    };
    let cut = first_row(Fault::half_surrogate("name"));
    assert!(cut.contains(r#","name":"cut \ud83d","accountid":""#), "{cut}");
    assert!(first_row(Fault::huge_number("revenue")).ends_with(r#","revenue":1e400"#));
    assert!(first_row(Fault::deep_nesting("x", 3)).ends_with(r#","x":[[[]]]"#));
    // A single row has it too; an error does not.
    let path = format!("accounts({})?$select=name", Seed::account(0));
    let alone = told(Fault::half_surrogate("name"), &path).1.into_response();
    assert!(text(&alone).contains(r#""name":"cut \ud83d""#));
    let error = told(Fault::half_surrogate("name"), "conacs").1.into_response();
    assert!(!text(&error).contains("cut"));
}

#[test]
fn after_a_lost_answer_every_connection_is_reset_until_faults_are_forgotten() {
    let mut dataverse = dataverse();
    let before = dataverse.world.count("account");
    dataverse.next_for("POST", "accounts", Fault::LostThenNothing);
    assert_eq!(get(&mut dataverse, "WhoAmI").status(), 200);
    let mut create = request(&mut dataverse, "POST", "accounts");
    *create.body_mut() = Bytes::from_static(b"{\"name\":\"Contoso\"}");
    assert!(matches!(dataverse.deliver(create.clone()), Delivery::Reset));
    assert_eq!(dataverse.world.count("account"), before + 1);
    assert!(matches!(dataverse.deliver(create), Delivery::Reset));
    let who = request(&mut dataverse, "GET", "WhoAmI");
    assert!(matches!(dataverse.deliver(who), Delivery::Reset));
    let token = dataverse.issue_refresh_token();
    assert_eq!(refresh(&mut dataverse, &token).status(), 502);
    assert_eq!(dataverse.world.count("account"), before + 1);
    dataverse.forget_faults();
    assert_eq!(get(&mut dataverse, "WhoAmI").status(), 200);
}

#[test]
fn throttling_may_come_after_the_commit() {
    let mut dataverse = dataverse();
    let before = dataverse.world.count("account");
    dataverse.next(Fault::throttled_after_commit(7));
    let mut create = request(&mut dataverse, "POST", "accounts");
    *create.body_mut() = Bytes::from_static(b"{\"name\":\"Contoso\"}");
    let throttled = dataverse.handle(create);
    assert_eq!(
        (throttled.status().as_u16(), &throttled.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    assert_eq!(json(&throttled)["error"]["code"], "0x80072322");
    assert_eq!(dataverse.world.count("account"), before + 1);
}

#[test]
fn a_fault_of_the_device_code_endpoint_needs_its_name() {
    let mut dataverse = dataverse();
    let ask = |dataverse: &mut Dataverse| {
        let body = format!("client_id={}&scope=openid", dataverse.public_client());
        let uri = "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode";
        dataverse.handle(Request::post(uri).body(Bytes::from(body)).unwrap()).status().as_u16()
    };
    dataverse.next(Fault::server_error(503));
    assert_eq!(ask(&mut dataverse), 200);
    dataverse.next_for("POST", "devicecode", Fault::server_error(503));
    assert_eq!(ask(&mut dataverse), 503);
}
