//! The 401 of Dataverse: a challenge in the v1 form, and a body in plain text.
//!
//! Microsoft's own clients read the tenant from it
//! ([ServiceClient](https://github.com/microsoft/PowerPlatform-DataverseServiceClient),
//! `AuthorityResolver.cs`).

/// The `WWW-Authenticate` header of a 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// `Bearer authorization_uri=…, resource_id=…`, unquoted: Dataverse's answer to a missing or
    /// bad token.
    Plain,
    /// Continuous access evaluation: `error="insufficient_claims", claims="…"`.
    InsufficientClaims,
}

/// The body of the 401: text, not JSON.
pub(crate) const BODY: &str = "HTTP Error 401 - Unauthorized: Access is denied";

/// `{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}` in base64, Microsoft's own
/// example of claims.
const CLAIMS: &str =
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ==";

impl Challenge {
    /// The value of the header.
    pub(crate) fn header(self, authority: &str, tenant: &str, origin: &str) -> String {
        match self {
            Challenge::Plain => format!(
                "Bearer authorization_uri={authority}/{tenant}/oauth2/authorize, \
                 resource_id={origin}/"
            ),
            Challenge::InsufficientClaims => format!(
                "Bearer authorization_uri=\"{authority}/{tenant}/oauth2/authorize\", \
                 error=\"insufficient_claims\", claims=\"{CLAIMS}\""
            ),
        }
    }
}
