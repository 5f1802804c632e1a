//! Why a request failed: `application/problem+json` ([RFC 9457]), with the connector's failure as
//! additional members.
//!
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457

use http::StatusCode;
use http::header::{ALLOW, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::contract::{Failure, FailureKind};

/// A failure to respond with.
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    headers: Vec<(HeaderName, String)>,
    failure: Option<Failure>,
}

impl Problem {
    /// A problem with the request itself: a status and a sentence.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Problem { status, detail: detail.into(), headers: Vec::new(), failure: None }
    }

    /// The path does not allow the method.
    pub(crate) fn method(allowed: &str) -> Self {
        let detail = format!("this path does not allow the method (allowed: {allowed})");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).with(ALLOW, allowed)
    }

    /// The key is missing or wrong.
    pub(crate) fn unauthorized(detail: &str, challenge: &str) -> Self {
        Problem::new(StatusCode::UNAUTHORIZED, detail).with(WWW_AUTHENTICATE, challenge)
    }

    /// Adds this header.
    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An action's failure, with the status that tells an HTTP client what to do about it.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let mut problem = Problem::new(status(&failure), failure.message.clone());
        if let Some(seconds) = failure.retry_after_seconds {
            problem = problem.with(RETRY_AFTER, seconds.to_string());
        }
        Problem { failure: Some(failure), ..problem }
    }
}

fn status(failure: &Failure) -> StatusCode {
    match failure.kind {
        FailureKind::FixInput => StatusCode::BAD_REQUEST,
        // The operator's settings: no client can fix them, with another key or otherwise, so it is
        // not a 401.
        FailureKind::FixSettings => StatusCode::INTERNAL_SERVER_ERROR,
        FailureKind::SignIn | FailureKind::Report => StatusCode::BAD_GATEWAY,
        FailureKind::AskAdministrator => StatusCode::FORBIDDEN,
        FailureKind::NotFound => StatusCode::NOT_FOUND,
        // Not 412: the connector set the condition, not one of the client's headers.
        FailureKind::ReadAgain => StatusCode::CONFLICT,
        FailureKind::Wait if failure.status == Some(429) => StatusCode::TOO_MANY_REQUESTS,
        FailureKind::Wait => StatusCode::SERVICE_UNAVAILABLE,
        FailureKind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Answer {
        let mut body = json!({
            "type": "about:blank",
            "title": problem.status.canonical_reason(),
            "status": problem.status.as_u16(),
            "detail": problem.detail,
            "success": false,
            "error": problem.detail,
        });
        if let (Some(failure), Value::Object(members)) = (problem.failure, &mut body) {
            members.insert("kind".to_owned(), name(failure.kind).into());
            members.insert("dynamics_status".to_owned(), failure.status.into());
            members.insert("code".to_owned(), failure.code.into());
            members.insert("request_id".to_owned(), failure.request_id.into());
            members.insert("retry_after_seconds".to_owned(), failure.retry_after_seconds.into());
            members
                .insert("may_have_been_applied".to_owned(), failure.may_have_been_applied.into());
            members.insert("row_id".to_owned(), failure.row_id.into());
        }
        Answer {
            status: problem.status,
            content_type: "application/problem+json",
            headers: problem.headers,
            body: body.to_string(),
        }
    }
}

/// The kinds by their names in `wit/actions.wit`.
pub(crate) const KINDS: [&str; 9] = [
    name(FailureKind::FixInput),
    name(FailureKind::FixSettings),
    name(FailureKind::SignIn),
    name(FailureKind::AskAdministrator),
    name(FailureKind::NotFound),
    name(FailureKind::ReadAgain),
    name(FailureKind::Wait),
    name(FailureKind::Refused),
    name(FailureKind::Report),
];

const fn name(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::FixInput => "fix-input",
        FailureKind::FixSettings => "fix-settings",
        FailureKind::SignIn => "sign-in",
        FailureKind::AskAdministrator => "ask-administrator",
        FailureKind::NotFound => "not-found",
        FailureKind::ReadAgain => "read-again",
        FailureKind::Wait => "wait",
        FailureKind::Refused => "refused",
        FailureKind::Report => "report",
    }
}
