//! The outcome of a request: an answer, or a transport fault.

use bytes::Bytes;
use http::Response;

/// How an answer is delivered.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// In full.
    Whole(Response<Bytes>),
    /// Not at all: the connection is refused.
    Refused,
    /// Not at all: the connection is reset.
    Reset,
    /// Not at all: nothing is sent, and the connection stays open.
    Stalled,
    /// The head and the first bytes of the body, then nothing; the connection stays open.
    /// `Content-Length` is right.
    StalledAfter(Response<Bytes>, usize),
    /// The head and the first bytes of the body, then the end of the connection. `Content-Length`
    /// is right.
    Cut(Response<Bytes>, usize),
    /// In full, but with this `Content-Length`.
    WrongLength(Response<Bytes>, usize),
}

impl Delivery {
    /// The answer, if it was started.
    pub fn response(&self) -> Option<&Response<Bytes>> {
        match self {
            Delivery::Whole(response)
            | Delivery::StalledAfter(response, _)
            | Delivery::Cut(response, _)
            | Delivery::WrongLength(response, _) => Some(response),
            Delivery::Refused | Delivery::Reset | Delivery::Stalled => None,
        }
    }

    /// The whole answer, for callers without a transport. Transport faults are ignored; without an
    /// answer it is 502 with the fault's name.
    pub(crate) fn into_response(self) -> Response<Bytes> {
        let name = match self {
            Delivery::Whole(response)
            | Delivery::StalledAfter(response, _)
            | Delivery::Cut(response, _)
            | Delivery::WrongLength(response, _) => return response,
            Delivery::Refused => "connection refused",
            Delivery::Reset => "connection reset",
            Delivery::Stalled => "stalled before the first byte",
        };
        let text = format!("{name} (a fault of the transport: see Dataverse::deliver)");
        let mut response = Response::new(Bytes::from(text));
        *response.status_mut() = http::StatusCode::BAD_GATEWAY;
        response
    }
}
