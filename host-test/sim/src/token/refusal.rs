//! The refusals of the sign-in service.

mod sign_in;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::clock::Moment;

/// A refusal: `error`, an AADSTS number and its text
/// ([errors](https://learn.microsoft.com/entra/identity-platform/reference-error-codes)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: &'static str,
    number: u32,
    text: String,
}

impl Refusal {
    fn new(error: &'static str, number: u32, text: impl Into<String>) -> Self {
        // 401 for invalid_client, 400 for all others (documented).
        let status = if error == "invalid_client" {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        };
        Refusal { status, error, number, text: text.into() }
    }

    pub(crate) fn missing_parameter(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Refusal::new("invalid_request", 900_144, text)
    }

    pub(crate) fn repeated_parameter(name: &str) -> Self {
        let text = format!("The parameter '{name}' was sent more than once in the request.");
        Refusal::new("invalid_request", 90_014, text)
    }

    pub(crate) fn unsupported_grant(grant: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{grant}'.");
        Refusal::new("unsupported_grant_type", 70_003, text)
    }

    pub(crate) fn unknown_tenant(tenant: &str) -> Self {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are \
             signing into the correct cloud. Check with your subscription administrator, this may \
             happen if there are no active subscriptions for the tenant."
        );
        Refusal::new("invalid_request", 90_002, text)
    }

    pub(crate) fn unknown_client(id: &str, tenant: &str) -> Self {
        let text = format!(
            "Application with identifier '{id}' was not found in the directory '{tenant}'. This can \
             happen if the application has not been installed by the administrator of the tenant or \
             consented to by any user in the tenant. You may have sent your authentication request \
             to the wrong tenant."
        );
        Refusal::new("unauthorized_client", 700_016, text)
    }

    pub(crate) fn wrong_secret(id: &str) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the \
             client secret value, not the client secret ID, for a secret added to app '{id}'."
        );
        Refusal::new("invalid_client", 7_000_215, text)
    }

    /// Public clients expect this error name; the text is Entra's, as third parties print it.
    pub(crate) fn expired_secret(id: &str) -> Self {
        let text = format!(
            "The provided client secret keys for app '{id}' are expired. Visit the Azure portal to \
             create new keys for your app: https://aka.ms/NewClientSecret, or consider using \
             certificate credentials for added security: https://aka.ms/certCreds."
        );
        Refusal::new("invalid_client", 7_000_222, text)
    }

    pub(crate) fn missing_secret() -> Self {
        let text = "The request body must contain the following parameter: 'client_assertion' or \
                    'client_secret'.";
        Refusal::new("invalid_client", 7_000_218, text)
    }

    /// `common` is not allowed for an application (documented); the text is that for an unknown
    /// application (inferred).
    pub(crate) fn common_tenant_for_application(id: &str) -> Self {
        Refusal::unknown_client(id, "Microsoft Services")
    }

    pub(crate) fn scope_without_default(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a \
             scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        Refusal::new("invalid_scope", 1_002_012, text)
    }

    pub(crate) fn invalid_scope(scope: &str) -> Self {
        let text = format!(
            "The provided request must include a 'scope' input parameter. The provided value for \
             the input parameter 'scope' is not valid. The scope {scope} is not valid."
        );
        Refusal::new("invalid_scope", 70_011, text)
    }

    pub(crate) fn unknown_resource(resource: &str, tenant: &str) -> Self {
        let text = format!(
            "The resource principal named {resource} was not found in the tenant named {tenant}. \
             This can happen if the application has not been installed by the administrator of the \
             tenant or consented to by any user in the tenant. You might have sent your \
             authentication request to the wrong tenant."
        );
        Refusal::new("invalid_resource", 500_011, text)
    }

    pub(crate) fn malformed_refresh_token() -> Self {
        let text = "The refresh_token is malformed or invalid.";
        Refusal::new("invalid_grant", 9_002_313, text)
    }

    pub(crate) fn foreign_refresh_token() -> Self {
        let text = "Provided grant is invalid or malformed: the refresh token was issued to another \
                    client.";
        Refusal::new("invalid_grant", 70_000, text)
    }

    pub(crate) fn revoked_refresh_token() -> Self {
        let text = "The provided grant has expired due to it being revoked, a fresh auth token is \
                    needed. The user might have changed or reset their password.";
        Refusal::new("invalid_grant", 50_173, text)
    }

    pub(crate) fn expired_refresh_token(issued_at: i64) -> Self {
        let issued = Moment::new(issued_at);
        let text = format!(
            "The refresh token has expired due to inactivity. The token was issued on {issued} and \
             was inactive for 90.00:00:00."
        );
        Refusal::new("invalid_grant", 700_082, text)
    }

    /// The name of the error in the protocol.
    pub(crate) fn error(&self) -> &'static str {
        self.error
    }

    /// The text, with the trace and time that Entra includes.
    pub(crate) fn description(&self, now: i64, trace: Uuid, correlation: Uuid) -> String {
        let timestamp = Moment::new(now).sign_in_time();
        format!(
            "AADSTS{}: {}\r\nTrace ID: {trace}\r\nCorrelation ID: {correlation}\r\nTimestamp: \
             {timestamp}",
            self.number, self.text
        )
    }

    /// The answer, which repeats the trace and time.
    pub(crate) fn answer(&self, now: i64, trace: Uuid, correlation: Uuid) -> Response<Bytes> {
        let timestamp = Moment::new(now).sign_in_time();
        let description = self.description(now, trace, correlation);
        let body = json!({
            "error": self.error,
            "error_description": description,
            "error_codes": [self.number],
            "timestamp": timestamp,
            "trace_id": trace.to_string(),
            "correlation_id": correlation.to_string(),
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
        });
        super::reply::json_answer(self.status, &body)
    }
}
