//! The key that a request needs: `Authorization: Bearer <key>` ([RFC 6750]), where `<key>` comes
//! from the environment.
//!
//! [RFC 6750]: https://www.rfc-editor.org/rfc/rfc6750

use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderMap};
use subtle::ConstantTimeEq;

use crate::problem::Problem;

/// The environment variable that holds the key.
const VARIABLE: &str = "DYNAMICS365_GATEWAY_KEY";

/// Admits a request, or says why not. The comparison runs in constant time for keys of the right
/// length.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let key = key().ok_or_else(|| {
        let detail = format!(
            "the gateway has no key and serves nothing but `/healthz`: set `{VARIABLE}` in its environment"
        );
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    })?;
    let given = bearer(headers).ok_or_else(|| {
        Problem::unauthorized(
            "the key is missing (expected one header `Authorization: Bearer <key>`)",
            "Bearer realm=\"dynamics365-sales\"",
        )
    })?;
    if key.as_bytes().ct_eq(given).into() {
        return Ok(());
    }
    Err(Problem::unauthorized(
        "the key in `Authorization` is not that of the gateway",
        "Bearer realm=\"dynamics365-sales\", error=\"invalid_token\"",
    ))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the gateway's only settings are its environment variables"
)]
fn key() -> Option<String> {
    let key = std::env::var(VARIABLE).ok()?;
    // A variable set from a file may end in a line feed, which no client could send.
    let key = key.trim();
    (!key.is_empty()).then(|| key.to_owned())
}

/// The text after `Bearer`, if the request has exactly one such header.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (only, None) = (all.next()?, all.next()) else {
        return None;
    };
    let (scheme, token) = only.as_bytes().split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}
