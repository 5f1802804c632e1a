//! The effects of faults on requests and answers.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::rewrite::{
    broken_off, encoded, further, html, with_body, with_byte_order_mark, with_next_link,
    with_raw_member,
};
use super::{Author, Fault, RetryAfter, When};
use crate::clock::Moment;
use crate::delivery::Delivery;
use crate::problem::Problem;
use crate::token::challenge::Challenge;

/// What a fault needs to know about the request.
pub(crate) struct Occasion<'a> {
    /// The time in the service's own HTTP dates.
    pub(crate) now: i64,
    /// The table of the first segment, or the segment itself.
    pub(crate) table: &'a str,
    /// The URL of the request: `https://org/api/data/v9.2/accounts?…`.
    pub(crate) url: &'a str,
    /// Builds the answer for a refusal.
    pub(crate) refuse: &'a dyn Fn(Problem) -> Response<Bytes>,
    /// The 401 with this challenge.
    pub(crate) challenge: &'a dyn Fn(Challenge) -> Response<Bytes>,
}

/// The outcome before the request is handled; `None` hands it to its handler.
pub(crate) fn before(fault: &Fault, at: &Occasion) -> Option<Delivery> {
    let answer = match fault {
        Fault::ConnectionRefused => return Some(Delivery::Refused),
        Fault::Reset(When::BeforeCommit) => return Some(Delivery::Reset),
        Fault::StalledBeforeFirstByte(When::BeforeCommit) => return Some(Delivery::Stalled),
        Fault::Throttled { limit, retry_after } => {
            let problem = Problem::usually_throttled(*limit);
            (at.refuse)(with_retry_after(problem, *retry_after, at.now))
        }
        Fault::ServerError { status, when: When::BeforeCommit, author, retry_after } => {
            server_error(*status, *author, *retry_after, at)
        }
        Fault::Refusal { when: When::BeforeCommit, .. } => refusal(fault, at)?,
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

/// The outcome after the request was handled.
pub(crate) fn after(fault: &Fault, answer: Response<Bytes>, at: &Occasion) -> Delivery {
    match fault {
        Fault::Reset(_) | Fault::LostThenNothing => Delivery::Reset,
        Fault::StalledBeforeFirstByte(_) => Delivery::Stalled,
        Fault::StalledInBody { after } => Delivery::StalledAfter(answer, *after),
        Fault::CutBody { after } => Delivery::Cut(answer, *after),
        Fault::WrongContentLength { declared } => Delivery::WrongLength(answer, *declared),
        Fault::ServerError { status, author, retry_after, .. } => {
            Delivery::Whole(server_error(*status, *author, *retry_after, at))
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
        Fault::Refusal { .. } => Delivery::Whole(refusal(fault, at).unwrap_or(answer)),
        Fault::ByteOrderMark => Delivery::Whole(with_byte_order_mark(answer)),
        Fault::Encoded(coding) => Delivery::Whole(encoded(answer, *coding)),
        Fault::RawMember { name, json } => Delivery::Whole(with_raw_member(answer, name, json)),
        Fault::AnswerAfterCommit(verbatim) => Delivery::Whole(verbatim.as_ref().clone()),
        _ => Delivery::Whole(answer),
    }
}

/// A queued refusal in Dataverse's form.
fn refusal(fault: &Fault, at: &Occasion) -> Option<Response<Bytes>> {
    let Fault::Refusal { status, code, message, retry_after, .. } = fault else { return None };
    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let problem = Problem::new(status, code, message.as_str());
    Some((at.refuse)(with_retry_after(problem, *retry_after, at.now)))
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
        RetryAfter::Fraction(milliseconds) => Some((f64::from(milliseconds) / 1_000.0).to_string()),
        RetryAfter::Date(seconds) => Some(Moment::new(now + i64::from(seconds)).http_date()),
        RetryAfter::PastDate(seconds) => Some(Moment::new(now - i64::from(seconds)).http_date()),
        RetryAfter::Text(text) => Some(text.to_owned()),
    }
}

fn server_error(status: u16, author: Author, retry: RetryAfter, at: &Occasion) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = status.canonical_reason().unwrap_or("Server Error");
    let mut answer = match author {
        Author::Proxy => html(status, reason),
        Author::Dataverse if status == StatusCode::INTERNAL_SERVER_ERROR => {
            (at.refuse)(Problem::unexpected())
        }
        Author::Dataverse => (at.refuse)(Problem::new(status, "", reason)),
    };
    let text = retry_after_text(retry, at.now).and_then(|text| HeaderValue::try_from(text).ok());
    if let Some(text) = text {
        answer.headers_mut().insert(header::RETRY_AFTER, text);
    }
    answer
}
