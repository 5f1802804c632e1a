//! Faults: queued by a test, never random.
//!
//! [`crate::Dataverse::next`] and its siblings queue a fault; a request meets the first one that
//! matches it.

mod effect;
mod named;
mod queue;
mod rewrite;
mod text;

use bytes::Bytes;
use http::Response;

pub(crate) use effect::{Occasion, after, before};
pub use named::NamedFault;
pub use queue::Told;
pub(crate) use queue::{Faults, Sought};
pub use text::InvalidFault;

use crate::problem::{Limit, Problem};
use crate::token::challenge::Challenge;

/// Compresses the answer with gzip, for a client that asks for it.
pub(crate) fn gzipped(answer: Response<Bytes>) -> Response<Bytes> {
    rewrite::encoded(answer, Coding::Gzip)
}

/// One fault.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429 with code and text of one of the three limits; nothing is applied.
    Throttled {
        /// Which limit.
        limit: Limit,
        /// The `Retry-After` header.
        retry_after: RetryAfter,
    },
    /// A 5xx (500, 502, 503, 504, or any).
    ServerError {
        /// The status.
        status: u16,
        /// Whether the write is applied.
        when: When,
        /// The author of the body: Dataverse in JSON, or a proxy in HTML.
        author: Author,
        /// The `Retry-After` header.
        retry_after: RetryAfter,
    },
    /// Dataverse's error body with this status, code and text. The status may differ from the
    /// code's usual one: plug-ins choose their own.
    Refusal {
        /// The status.
        status: u16,
        /// The code: `0x80040265`.
        code: String,
        /// The text.
        message: String,
        /// The `Retry-After` header.
        retry_after: RetryAfter,
        /// Whether the write is applied.
        when: When,
    },
    /// The connection is refused.
    ConnectionRefused,
    /// The write is applied and its answer lost. Then every connection is reset, including those of
    /// the token endpoint, until [`crate::Dataverse::forget_faults`].
    LostThenNothing,
    /// The connection is reset, without an answer.
    Reset(When),
    /// The request is accepted but never answered.
    StalledBeforeFirstByte(When),
    /// The write is applied; the head and this many bytes of the body are sent, then nothing.
    StalledInBody {
        /// The number of bytes that are sent.
        after: usize,
    },
    /// The write is applied; the connection closes after this many bytes of the body.
    CutBody {
        /// The number of bytes that are sent.
        after: usize,
    },
    /// The write is applied; the answer has this `Content-Length`, whatever its body is.
    WrongContentLength {
        /// The value of the header.
        declared: usize,
    },
    /// 200 with a proxy's HTML page.
    HtmlPage(When),
    /// The write is applied; the JSON of the answer is cut in the middle, with a correct length.
    MalformedJson,
    /// The write is applied; the answer is JSON, but not in any of Dataverse's shapes.
    OtherShape,
    /// The write is applied; the answer is well-formed JSON of at least this many bytes.
    Oversized {
        /// The minimum size of the body.
        bytes: usize,
    },
    /// The answer is right, but its body starts with a byte order mark.
    ByteOrderMark,
    /// The answer is right, but in a content coding that the request did not accept.
    Encoded(Coding),
    /// The answer is right, but a member of its first row has this value. JSON readers may reject
    /// it.
    RawMember {
        /// The member's name; the row may lack it.
        name: String,
        /// Its value, as text.
        json: String,
    },
    /// 401, as for an expired token.
    ExpiredToken,
    /// 401 with this challenge.
    Unauthorized(Challenge),
    /// 403, a missing privilege.
    Forbidden,
    /// 404, no such row.
    NotFound,
    /// 412, the row has changed in the meantime.
    PreconditionFailed,
    /// The answer is right, but carries a next link to this origin (`https://elsewhere.example`).
    ForeignNextLink {
        /// Scheme and authority.
        origin: String,
    },
    /// The answer is right, but carries a next link to the same rows under another URL. With
    /// [`Told::always`] the chain never ends.
    EndlessNextLinks,
    /// Token endpoint: the request's refresh token is revoked and refused.
    RevokedRefreshToken,
    /// Token endpoint: the request succeeds and revokes the old refresh token.
    RotatedRefreshToken,
    /// This answer, verbatim; nothing is applied.
    Answer(Box<Response<Bytes>>),
    /// This answer, verbatim, after the request was applied.
    AnswerAfterCommit(Box<Response<Bytes>>),
}

/// Whether a failing request is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It fails before it reaches the handler.
    BeforeCommit,
    /// It is applied; only the answer fails.
    AfterCommit,
}

/// The form of `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// None.
    Absent,
    /// A number of seconds.
    Seconds(u32),
    /// A number of seconds with a fraction, in milliseconds: 2500 is `2.5`.
    Fraction(u32),
    /// An HTTP date this many seconds from now.
    Date(u32),
    /// An HTTP date this many seconds ago.
    PastDate(u32),
    /// Any text.
    Text(&'static str),
}

/// The content coding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// `gzip`
    Gzip,
    /// `deflate`, which is zlib's format.
    Deflate,
    /// `x-unknown`, an unknown coding.
    Unknown,
}

/// The author of a 5xx body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Dataverse, in JSON.
    Dataverse,
    /// A proxy in front of it, in HTML.
    Proxy,
}

impl Fault {
    /// Throttled by the number of requests, with this many seconds in `Retry-After`.
    pub fn throttled(seconds: u32) -> Self {
        Fault::Throttled { limit: Limit::Requests, retry_after: RetryAfter::Seconds(seconds) }
    }

    /// A 5xx in JSON before anything was applied, without `Retry-After`.
    pub fn server_error(status: u16) -> Self {
        let (when, author) = (When::BeforeCommit, Author::Dataverse);
        Fault::ServerError { status, when, author, retry_after: RetryAfter::Absent }
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

    /// Dataverse's error body with this status, code and text; nothing is applied.
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        Fault::Refusal {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            retry_after: RetryAfter::Absent,
            when: When::BeforeCommit,
        }
    }

    /// A service protection limit under a status other than 429. Evidence: clients report 400 and
    /// 403; 503 is inferred.
    pub fn throttled_as(status: u16, limit: Limit) -> Self {
        Fault::refused_as(status, &Problem::usually_throttled(limit))
    }

    /// 429 after the write was applied.
    pub fn throttled_after_commit(seconds: u32) -> Self {
        let problem = Problem::usually_throttled(Limit::Requests);
        Fault::Refusal {
            status: 429,
            code: problem.code,
            message: problem.message,
            retry_after: RetryAfter::Seconds(seconds),
            when: When::AfterCommit,
        }
    }

    /// Another customization of this kind is running (`EntityCustomization`, `PublishAll`,
    /// `Import`): 429 with 0x80071151 and without `Retry-After`. Evidence: live, many times.
    pub fn customization_lock(operation: &str) -> Self {
        Fault::refused_as(429, &Problem::customization_lock(operation))
    }

    /// A plug-in that refuses with its own status: 0x80040265. Evidence: live, as 400, 401, 404,
    /// 429, 500, 503.
    pub fn plug_in(status: u16) -> Self {
        Fault::refusal(status, "0x80040265", "ISV code aborted the operation.")
    }

    /// A plug-in that fails: 0x80040224. Evidence: as for [`Fault::plug_in`]; the text follows the
    /// code's name.
    pub fn plug_in_failure(status: u16) -> Self {
        Fault::refusal(status, "0x80040224", "An unexpected error occurred from ISV code.")
    }

    /// Duplicate detection that refuses: 0x80040333. Evidence: as for [`Fault::plug_in`].
    pub fn duplicate(status: u16) -> Self {
        let message = "A record was not created or updated because a duplicate of the current \
                       record already exists.";
        Fault::refusal(status, "0x80040333", message)
    }

    /// The calling user is disabled: 0x80040225. Evidence: live, as 403 and as 400.
    pub fn disabled_user(status: u16) -> Self {
        let id = "00000000-0000-0000-0000-000000000000";
        Fault::refused_as(status, &Problem::disabled_user(http::StatusCode::FORBIDDEN, id))
    }

    /// The organization is disabled: 0x8004a104. Evidence: the code is live, the status inferred.
    pub fn organization_disabled() -> Self {
        Fault::refused_as(403, &Problem::organization_disabled())
    }

    /// Half a surrogate pair in this member of the first row: valid by JSON's grammar, but not
    /// Unicode.
    pub fn half_surrogate(member: &str) -> Self {
        let json = "\"cut \\ud83d\"".to_owned();
        Fault::RawMember { name: member.to_owned(), json }
    }

    /// `1e400` in this member of the first row: valid by JSON's grammar, but too large for a
    /// floating-point number.
    pub fn huge_number(member: &str) -> Self {
        Fault::RawMember { name: member.to_owned(), json: "1e400".to_owned() }
    }

    /// This many nested arrays in this member of the first row.
    pub fn deep_nesting(member: &str, depth: usize) -> Self {
        let json = "[".repeat(depth) + &"]".repeat(depth);
        Fault::RawMember { name: member.to_owned(), json }
    }

    fn refused_as(status: u16, problem: &Problem) -> Self {
        Fault::refusal(status, &problem.code, &problem.message)
    }

    /// Whether it belongs only to the token endpoint.
    fn is_of_sign_in(&self) -> bool {
        matches!(self, Fault::RevokedRefreshToken | Fault::RotatedRefreshToken)
    }
}
