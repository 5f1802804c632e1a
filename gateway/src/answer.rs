//! An HTTP response as a value.

use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use waki::{ErrorCode, Response};

/// A response; its body is always JSON.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// A success with this JSON.
    pub(crate) fn json(body: String) -> Self {
        Answer {
            status: StatusCode::OK,
            content_type: "application/json",
            headers: Vec::new(),
            body,
        }
    }

    /// Converts it to the host's type, with its body or, for `HEAD`, without.
    pub(crate) fn into_response(self, whole: bool) -> Result<Response, ErrorCode> {
        // The content is a customer's: no cache on the way may keep it.
        let mut response = Response::builder()
            .status_code(self.status.as_u16())
            .header(CONTENT_TYPE, self.content_type)
            .header(CACHE_CONTROL, "no-store")
            .header(X_CONTENT_TYPE_OPTIONS, "nosniff");
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        if whole {
            response = response.header(CONTENT_LENGTH, self.body.len().to_string()).body(self.body);
        }
        response.build()
    }
}
