//! Faults: what goes wrong is told, never random.
//!
//! [`crate::Dataverse::next`] and its kin queue a fault; the first one that fits a request is used for it.

mod effect;
mod queue;

use bytes::Bytes;
use http::Response;

pub(crate) use effect::{Occasion, after, before};
pub use queue::Told;
pub(crate) use queue::{Faults, Sought};

use crate::problem::Limit;
use crate::token::challenge::Challenge;

/// One thing that goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429 with code and text of one of the three limits; nothing is applied.
    Throttled {
        /// Which limit.
        limit: Limit,
        /// When to come back.
        retry_after: RetryAfter,
    },
    /// A 5xx (500, 502, 503, 504, or any).
    ServerError {
        /// The status.
        status: u16,
        /// Whether the write is applied.
        when: When,
        /// Who answers: Dataverse in JSON, or a proxy in HTML.
        page: Page,
        /// When to come back.
        retry_after: RetryAfter,
    },
    /// No connection comes about.
    ConnectionRefused,
    /// The connection is reset, without an answer.
    Reset(When),
    /// The request is taken, and nothing comes.
    StalledBeforeFirstByte(When),
    /// The write is applied; head and this many bytes of the body come, then nothing.
    StalledInBody {
        /// Bytes of the body that come.
        after: usize,
    },
    /// The write is applied; the connection closes after this many bytes of the body.
    CutBody {
        /// Bytes of the body that come.
        after: usize,
    },
    /// The write is applied; `Content-Length` says this, whatever the body is.
    WrongContentLength {
        /// What the header says.
        declared: usize,
    },
    /// 200 with the HTML page of a proxy.
    HtmlPage(When),
    /// The write is applied; the answer breaks off in the middle of its JSON, with a right length.
    MalformedJson,
    /// The write is applied; the answer is JSON, but of none of Dataverse's shapes.
    OtherShape,
    /// The write is applied; the answer is well-formed JSON of at least this many bytes.
    Oversized {
        /// The least size of the body.
        bytes: usize,
    },
    /// 401 as for a token whose time is over.
    ExpiredToken,
    /// 401 with this challenge.
    Unauthorized(Challenge),
    /// 403, a missing privilege.
    Forbidden,
    /// 404, no such row.
    NotFound,
    /// 412, the row was changed in between.
    PreconditionFailed,
    /// The answer is right, but carries a next link to this origin (`https://elsewhere.example`).
    ForeignNextLink {
        /// Scheme and authority.
        origin: String,
    },
    /// The answer is right, but carries a next link that leads to the same rows under another URL. Told with
    /// [`Told::always`] the chain never ends.
    EndlessNextLinks,
    /// Of the token endpoint: the refresh token of the request is revoked, and refused.
    RevokedRefreshToken,
    /// Of the token endpoint: the request succeeds, and the old refresh token is revoked by it.
    RotatedRefreshToken,
    /// This answer, verbatim; nothing is applied.
    Answer(Box<Response<Bytes>>),
    /// This answer, verbatim, after the request was applied.
    AnswerAfterCommit(Box<Response<Bytes>>),
}

/// Whether a request that fails has been applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It fails before it reached the handler.
    BeforeCommit,
    /// It is applied, and only the answer fails.
    AfterCommit,
}

/// The form of `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// None.
    Absent,
    /// A number of seconds.
    Seconds(u32),
    /// An HTTP date, this many seconds from now.
    Date(u32),
}

/// Who writes the body of a 5xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Dataverse, in JSON.
    Json,
    /// A proxy in front of it, in HTML.
    Html,
}

impl Fault {
    /// Throttled by the number of requests, to come back in so many seconds.
    pub fn throttled(seconds: u32) -> Self {
        Fault::Throttled { limit: Limit::Requests, retry_after: RetryAfter::Seconds(seconds) }
    }

    /// A 5xx in JSON before anything was applied, without `Retry-After`.
    pub fn server_error(status: u16) -> Self {
        let (when, page) = (When::BeforeCommit, Page::Json);
        Fault::ServerError { status, when, page, retry_after: RetryAfter::Absent }
    }

    /// This status and body, verbatim, as `application/json`; nothing is applied.
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        if let Ok(status) = http::StatusCode::from_u16(status) {
            *response.status_mut() = status;
        }
        let json = http::HeaderValue::from_static("application/json; odata.metadata=minimal");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        Fault::Answer(Box::new(response))
    }

    /// Whether it is one of the token endpoint alone.
    fn is_of_sign_in(&self) -> bool {
        matches!(self, Fault::RevokedRefreshToken | Fault::RotatedRefreshToken)
    }
}
