//! The application that asks for a user's consent, and its requests.

use std::time::{Duration, UNIX_EPOCH};

use host_test::{Network, Organization, Pooled, UnansweredError};
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, ClientId, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, Scope, TokenResponse as _, TokenUrl,
};

use super::{Login, tolerant};

/// A public client with the three endpoints of an interactive sign-in.
type Client = BasicClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// The user's tenant and the sign-in service.
pub(crate) struct Application {
    organization: Organization,
    tenant: String,
    client_id: String,
    scope: String,
    pub(super) client: Client,
    http: Pooled,
}

impl Application {
    /// An application at an organization's sign-in service. Without a scope it requests
    /// `<organization>/user_impersonation`, as Microsoft documents for public clients, and always a
    /// refresh token.
    ///
    /// # Errors
    ///
    /// Fails with one sentence if the tenant or the client id is malformed.
    pub(crate) fn new(
        organization: Organization,
        tenant: &str,
        client_id: &str,
        scope: Option<&str>,
        network: &Network,
    ) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        for (text, what) in [(tenant, "tenant"), (client_id, "client id")] {
            if text.is_empty() || text.starts_with('.') || !text.bytes().all(plain) {
                return Err(format!(
                    "`{text}` is not a valid {what} (expected letters, digits, `-` and `.`)"
                ));
            }
        }
        let mut scope =
            scope.map_or_else(|| format!("{}/user_impersonation", organization.url), str::to_owned);
        if !scope.split_whitespace().any(|part| part == "offline_access") {
            scope.push_str(" offline_access");
        }
        let endpoint = |name: &str| format!("{}/{tenant}/oauth2/v2.0/{name}", organization.sign_in);
        let no_url = |_| format!("`{}` is not a URL", organization.sign_in);
        let client = BasicClient::new(ClientId::new(client_id.to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::new(endpoint("authorize")).map_err(no_url)?)
            .set_token_uri(TokenUrl::new(endpoint("token")).map_err(no_url)?)
            .set_device_authorization_url(
                DeviceAuthorizationUrl::new(endpoint("devicecode")).map_err(no_url)?,
            );
        Ok(Application {
            tenant: tenant.to_owned(),
            client_id: client_id.to_owned(),
            organization,
            scope,
            client,
            http: Pooled::over(network),
        })
    }

    /// The requested scopes.
    pub(super) fn scopes(&self) -> impl Iterator<Item = Scope> {
        self.scope.split_whitespace().map(|scope| Scope::new(scope.to_owned()))
    }

    /// Sends a request of the protocol.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, UnansweredError> {
        self.http.exchange(request).await.map(tolerant::tolerant)
    }

    /// Polls for a device code.
    pub(super) async fn poll(&self, request: HttpRequest) -> Result<HttpResponse, UnansweredError> {
        tolerant::poll(self.http.exchange(request).await)
    }

    /// The login with these tokens.
    ///
    /// # Errors
    ///
    /// Fails with one sentence without a refresh token.
    pub(super) fn login(
        &self,
        tokens: &BasicTokenResponse,
        now: Duration,
    ) -> Result<Login, String> {
        let refresh = tokens.refresh_token().ok_or(
            "the sign-in service gave no refresh token, so the login would end within the hour and is not kept",
        )?;
        let ends = tokens.expires_in().map(|life| now.saturating_add(life).as_secs().to_string());
        Ok(Login {
            instance_url: self.organization.url.clone(),
            tenant_id: self.tenant.clone(),
            client_id: self.client_id.clone(),
            authority: self.organization.sign_in.clone(),
            scope: self.scope.clone(),
            refresh_token: refresh.secret().clone(),
            access_token: ends.as_ref().map(|_| tokens.access_token().secret().clone()),
            access_token_expires_at: ends,
        })
    }
}

/// A login with the tokens from redeeming its refresh token, which stays unless replaced. An access
/// token without a known expiry is not kept.
pub(super) fn renewed(login: &Login, tokens: &BasicTokenResponse) -> Login {
    let ends = tokens.expires_in().map(|life| now().saturating_add(life).as_secs().to_string());
    let refresh = tokens.refresh_token().map(|token| token.secret().clone());
    Login {
        refresh_token: refresh.unwrap_or_else(|| login.refresh_token.clone()),
        access_token: ends.as_ref().map(|_| tokens.access_token().secret().clone()),
        access_token_expires_at: ends,
        ..login.clone()
    }
}

/// The time since 1970.
#[expect(clippy::disallowed_methods, reason = "when a token ends is kept by the machine's clock")]
pub(super) fn now() -> Duration {
    std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
