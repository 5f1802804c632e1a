//! What a fault does to a request and to its answer.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{Fault, Page, RetryAfter, When};
use crate::clock::Moment;
use crate::delivery::Delivery;
use crate::problem::Problem;
use crate::token::challenge::Challenge;

/// What a fault may want to know of the request.
pub(crate) struct Occasion<'a> {
    pub(crate) now: i64,
    /// The table at the first segment, or that segment.
    pub(crate) table: &'a str,
    /// The URL of the request: `https://org/api/data/v9.2/accounts?…`.
    pub(crate) url: &'a str,
    /// Dresses a refusal as any other of Dataverse.
    pub(crate) refuse: &'a dyn Fn(Problem) -> Response<Bytes>,
    /// The 401 with this challenge.
    pub(crate) challenge: &'a dyn Fn(Challenge) -> Response<Bytes>,
}

/// What happens before the request is handled; `None` lets it be handled.
pub(crate) fn before(fault: &Fault, at: &Occasion) -> Option<Delivery> {
    let answer = match fault {
        Fault::ConnectionRefused => return Some(Delivery::Refused),
        Fault::Reset(When::BeforeCommit) => return Some(Delivery::Reset),
        Fault::StalledBeforeFirstByte(When::BeforeCommit) => return Some(Delivery::Stalled),
        Fault::Throttled { limit, retry_after } => {
            let problem = Problem::throttled(*limit, limit.usual());
            (at.refuse)(with_retry_after(problem, *retry_after, at.now))
        }
        Fault::ServerError { status, when: When::BeforeCommit, page, retry_after } => {
            server_error(*status, *page, *retry_after, at)
        }
        Fault::HtmlPage(When::BeforeCommit) => html(StatusCode::OK, "Sign in to your network"),
        Fault::ExpiredToken => (at.challenge)(Challenge::Plain),
        Fault::Unauthorized(challenge) => (at.challenge)(*challenge),
        Fault::Forbidden => (at.refuse)(Problem::privilege_denied()),
        Fault::NotFound => {
            let id = "00000000-0000-0000-0000-000000000000";
            (at.refuse)(Problem::no_such_row(at.table, id))
        }
        Fault::PreconditionFailed => (at.refuse)(Problem::version_mismatch()),
        Fault::Answer(answer) => answer.as_ref().clone(),
        _ => return None,
    };
    Some(Delivery::Whole(answer))
}

/// What happens to the answer of a request that was handled.
pub(crate) fn after(fault: &Fault, answer: Response<Bytes>, at: &Occasion) -> Delivery {
    match fault {
        Fault::Reset(_) => Delivery::Reset,
        Fault::StalledBeforeFirstByte(_) => Delivery::Stalled,
        Fault::StalledInBody { after } => Delivery::StalledAfter(answer, *after),
        Fault::CutBody { after } => Delivery::Cut(answer, *after),
        Fault::WrongContentLength { declared } => Delivery::WrongLength(answer, *declared),
        Fault::ServerError { status, page, retry_after, .. } => {
            Delivery::Whole(server_error(*status, *page, *retry_after, at))
        }
        Fault::HtmlPage(_) => Delivery::Whole(html(StatusCode::OK, "Sign in to your network")),
        Fault::MalformedJson => Delivery::Whole(broken_off(answer)),
        Fault::OtherShape => {
            let body = json!({"items": [{"key": 1}], "maintenance": true}).to_string();
            Delivery::Whole(with_body(answer, body))
        }
        Fault::Oversized { bytes } => {
            let text = "x".repeat(*bytes);
            let body = format!("{{\"value\":[{{\"description\":\"{text}\"}}]}}");
            Delivery::Whole(with_body(answer, body))
        }
        Fault::ForeignNextLink { origin } => {
            let rest = at.url.splitn(4, '/').nth(3).unwrap_or_default();
            Delivery::Whole(with_next_link(answer, &format!("{origin}/{rest}")))
        }
        Fault::EndlessNextLinks => Delivery::Whole(with_next_link(answer, &further(at.url))),
        Fault::AnswerAfterCommit(verbatim) => Delivery::Whole(verbatim.as_ref().clone()),
        _ => Delivery::Whole(answer),
    }
}

fn with_retry_after(problem: Problem, retry_after: RetryAfter, now: i64) -> Problem {
    match retry_after_text(retry_after, now) {
        Some(text) => problem.with("Retry-After", text),
        None => problem,
    }
}

fn retry_after_text(retry_after: RetryAfter, now: i64) -> Option<String> {
    match retry_after {
        RetryAfter::Absent => None,
        RetryAfter::Seconds(seconds) => Some(seconds.to_string()),
        RetryAfter::Date(seconds) => Some(Moment::new(now + i64::from(seconds)).http_date()),
    }
}

fn server_error(status: u16, page: Page, retry: RetryAfter, at: &Occasion) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = status.canonical_reason().unwrap_or("Server Error");
    let mut answer = match page {
        Page::Html => html(status, reason),
        Page::Json if status == StatusCode::INTERNAL_SERVER_ERROR => {
            (at.refuse)(Problem::unexpected())
        }
        Page::Json => (at.refuse)(Problem::new(status, "", reason)),
    };
    let text = retry_after_text(retry, at.now).and_then(|text| HeaderValue::try_from(text).ok());
    if let Some(text) = text {
        answer.headers_mut().insert(header::RETRY_AFTER, text);
    }
    answer
}

/// A page as a proxy or a gateway writes it.
fn html(status: StatusCode, title: &str) -> Response<Bytes> {
    let body = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><h1>{title}</h1>\n\
         <p>The page you are looking for is temporarily unavailable.</p></body></html>\n"
    );
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

fn with_body(mut answer: Response<Bytes>, body: String) -> Response<Bytes> {
    if answer.status() == StatusCode::NO_CONTENT {
        *answer.status_mut() = StatusCode::OK;
    }
    answer.headers_mut().remove(header::CONTENT_LENGTH);
    let json = HeaderValue::from_static("application/json; odata.metadata=minimal");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    *answer.body_mut() = Bytes::from(body);
    answer
}

/// The first half of the body, cut at a character; of an answer without a body, an open bracket.
fn broken_off(answer: Response<Bytes>) -> Response<Bytes> {
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    let half: String = text.chars().take(text.chars().count() / 2).collect();
    let half = if half.is_empty() { "{\"@odata.context\":".to_owned() } else { half };
    with_body(answer, half)
}

/// The same URL with a number that grows: an option of the caller's own, which means nothing to the service.
fn further(url: &str) -> String {
    match url.rsplit_once("endless=") {
        Some((start, number)) => {
            format!("{start}endless={}", number.parse::<u64>().unwrap_or(0).saturating_add(1))
        }
        None => format!("{url}{}endless=1", if url.contains('?') { '&' } else { '?' }),
    }
}

fn with_next_link(answer: Response<Bytes>, link: &str) -> Response<Bytes> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(answer.body()) else { return answer };
    if !body.contains_key("value") {
        return answer;
    }
    body.insert("@odata.nextLink".to_owned(), json!(link));
    with_body(answer, Value::Object(body).to_string())
}
