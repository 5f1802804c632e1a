//! What is asked of the sign-in service.

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
    /// What follows it: `oauth2/v2.0/token`.
    pub(crate) path: &'a str,
    /// What follows the `?`, still percent-encoded; empty without one.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Scheme and authority under which we were reached.
    pub(crate) origin: &'a str,
    pub(crate) now: i64,
    /// Ids for the trace of a refusal.
    pub(crate) ids: (Uuid, Uuid),
}

/// What was asked for, by a client that has proved itself.
pub(super) struct Asked<'a> {
    pub(crate) client: &'a ClientRegistration,
    pub(crate) tenant: &'a str,
    pub(crate) form: &'a Form,
    pub(crate) now: i64,
}

/// `common` and `organizations` stand for the tenant of whoever signs in.
pub(crate) fn is_common(tenant: &str) -> bool {
    tenant.eq_ignore_ascii_case("common") || tenant.eq_ignore_ascii_case("organizations")
}
