//! Requests to the sign-in service.

use bytes::Bytes;
use http::{HeaderMap, Method};
use uuid::Uuid;

use super::ClientRegistration;
use super::form::Form;

/// A request to the sign-in service.
pub(crate) struct SignIn<'a> {
    pub(crate) method: &'a Method,
    /// The first segment of the path.
    pub(crate) tenant: &'a str,
    /// The rest: `oauth2/v2.0/token`.
    pub(crate) path: &'a str,
    /// The query after the `?`, still percent-encoded; empty without one.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Scheme and authority of the request.
    pub(crate) origin: &'a str,
    pub(crate) now: i64,
    /// Ids for the trace of a refusal.
    pub(crate) ids: (Uuid, Uuid),
}

/// A grant request of an authenticated client.
pub(super) struct Asked<'a> {
    pub(crate) client: &'a ClientRegistration,
    pub(crate) tenant: &'a str,
    pub(crate) form: &'a Form,
    pub(crate) now: i64,
}

/// Whether the tenant is the signing-in user's: `common` or `organizations`.
pub(crate) fn is_common(tenant: &str) -> bool {
    tenant.eq_ignore_ascii_case("common") || tenant.eq_ignore_ascii_case("organizations")
}
