//! Tokens: issued by Microsoft Entra, checked by Dataverse.

mod authorize;
pub(crate) mod challenge;
mod client;
mod consent;
mod device;
pub(crate) mod endpoint;
mod form;
mod grant;
mod refusal;
mod reply;
pub(crate) mod request;
mod scope;
#[cfg(test)]
mod tests_support;
mod text;

/// An application that may ask for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRegistration {
    /// The application (client) id.
    pub client_id: String,
    /// Its secret; a public client has an empty one and sends none.
    pub client_secret: String,
    /// Its tenant.
    pub tenant_id: String,
    /// Whether the secret has expired.
    pub secret_expired: bool,
    /// Whether it has an application user in Dataverse. Without one, its app-only tokens get 403
    /// `The user is not a member of the organization.`
    pub application_user: bool,
    /// The registered redirect URIs. The port of `http://localhost` is ignored, as Entra does
    /// ([redirect URIs](https://learn.microsoft.com/entra/identity-platform/reply-url)).
    pub redirect_uris: Vec<String>,
}

impl ClientRegistration {
    /// A confidential client with an application user.
    pub fn new(client_id: &str, client_secret: &str, tenant_id: &str) -> Self {
        ClientRegistration {
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            tenant_id: tenant_id.to_owned(),
            secret_expired: false,
            application_user: true,
            redirect_uris: vec!["http://localhost".to_owned()],
        }
    }
}

/// The subject of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A user who has signed in.
    User,
    /// The application of this client id itself.
    Application(String),
}

/// An issued access token.
#[derive(Debug, Clone)]
struct AccessToken {
    text: String,
    /// Its organization; `None` means any.
    audience: Option<String>,
    expires_at: i64,
    subject: Subject,
}

/// An issued refresh token.
#[derive(Debug, Clone)]
struct RefreshToken {
    text: String,
    client_id: String,
    issued_at: i64,
    revoked: bool,
    /// The organization it was issued for; a refresh without a scope requests the same one.
    audience: Option<String>,
}

/// Why a token is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// No bearer token was sent.
    Missing,
    /// Never issued here.
    Unknown,
    /// It has expired.
    Expired,
    /// Issued for another organization.
    WrongAudience,
}

/// The state of the sign-in service.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    clients: Vec<ClientRegistration>,
    access: Vec<AccessToken>,
    refresh: Vec<RefreshToken>,
    codes: Vec<authorize::Code>,
    devices: Vec<device::DeviceCode>,
    issued: u64,
}

impl Tokens {
    /// Registers an application, or replaces the one with the same id.
    pub(crate) fn register(&mut self, client: ClientRegistration) {
        let same = |known: &&mut ClientRegistration| {
            known.client_id.eq_ignore_ascii_case(&client.client_id)
        };
        match self.clients.iter_mut().find(same) {
            Some(known) => *known = client,
            None => self.clients.push(client),
        }
    }

    /// The applications, in the order of their registration.
    pub(crate) fn clients(&self) -> &[ClientRegistration] {
        &self.clients
    }

    fn client(&self, id: &str) -> Option<&ClientRegistration> {
        self.clients.iter().find(|client| client.client_id.eq_ignore_ascii_case(id))
    }

    /// The number of the next token or code.
    fn next(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }

    /// Issues an access token.
    pub(crate) fn issue_access(
        &mut self,
        subject: Subject,
        audience: Option<String>,
        tenant: &str,
        now: i64,
        life: i64,
    ) -> String {
        self.issued += 1;
        let expires_at = now + life;
        let text =
            text::access_token(self.issued, &subject, audience.as_deref(), tenant, now, expires_at);
        self.access.retain(|token| token.expires_at > now - 86_400);
        self.access.push(AccessToken { text: text.clone(), audience, expires_at, subject });
        text
    }

    /// Issues a refresh token for this client.
    pub(crate) fn issue_refresh(
        &mut self,
        client_id: &str,
        audience: Option<String>,
        now: i64,
    ) -> String {
        self.issued += 1;
        let text = text::refresh_token(self.issued);
        self.refresh.push(RefreshToken {
            text: text.clone(),
            client_id: client_id.to_owned(),
            issued_at: now,
            revoked: false,
            audience,
        });
        text
    }

    /// Revokes a refresh token. Returns `false` if it was never issued.
    pub(crate) fn revoke_refresh(&mut self, text: &str) -> bool {
        let found = self.refresh.iter_mut().find(|token| token.text == text);
        found.map(|token| token.revoked = true).is_some()
    }

    /// Expires all access tokens issued so far.
    pub(crate) fn expire_access(&mut self, now: i64) {
        for token in &mut self.access {
            token.expires_at = token.expires_at.min(now);
        }
    }

    /// The subject of the `Authorization` header, for this organization and time. Without `origin`
    /// the audience is not checked.
    pub(crate) fn check(
        &self,
        authorization: Option<&str>,
        origin: Option<&str>,
        now: i64,
    ) -> Result<Subject, Rejection> {
        let (scheme, text) = authorization
            .and_then(|value| value.trim().split_once(' '))
            .ok_or(Rejection::Missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Rejection::Missing);
        }
        let token =
            self.access.iter().find(|token| token.text == text.trim()).ok_or(Rejection::Unknown)?;
        if token.expires_at <= now {
            return Err(Rejection::Expired);
        }
        match (&token.audience, origin) {
            (Some(audience), Some(origin)) if !same_organization(audience, origin) => {
                Err(Rejection::WrongAudience)
            }
            _ => Ok(token.subject.clone()),
        }
    }

    /// Whether the subject is a member of the organization.
    pub(crate) fn is_member(&self, subject: &Subject) -> bool {
        match subject {
            Subject::User => true,
            Subject::Application(id) => {
                self.client(id).is_some_and(|client| client.application_user)
            }
        }
    }
}

/// `https://org.crm.dynamics.com/`, `https://org.api.crm.dynamics.com` and
/// `https://ORG.crm.dynamics.com` are the same organization.
fn same_organization(audience: &str, origin: &str) -> bool {
    let plain = |text: &str| {
        text.trim_end_matches('/').to_ascii_lowercase().replacen(".api.crm", ".crm", 1)
    };
    plain(audience) == plain(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(audience: Option<&str>) -> (Tokens, String) {
        let mut tokens = Tokens::default();
        let text =
            tokens.issue_access(Subject::User, audience.map(str::to_owned), "t", 1_000, 3_600);
        (tokens, format!("Bearer {text}"))
    }

    #[test]
    fn accepts_its_own_token_with_the_scheme_in_any_case() {
        let (tokens, header) = issued(None);
        assert_eq!(tokens.check(Some(&header), Some("https://a"), 1_000), Ok(Subject::User));
        let lower = header.replacen("Bearer", "bearer", 1);
        assert_eq!(tokens.check(Some(&lower), None, 1_000), Ok(Subject::User));
    }

    #[test]
    fn rejects_a_missing_unknown_or_expired_token() {
        let (tokens, header) = issued(None);
        assert_eq!(tokens.check(None, None, 0), Err(Rejection::Missing));
        assert_eq!(tokens.check(Some("Basic abc"), None, 0), Err(Rejection::Missing));
        assert_eq!(tokens.check(Some("Bearer abc"), None, 0), Err(Rejection::Unknown));
        assert_eq!(tokens.check(Some(&header), None, 4_600), Err(Rejection::Expired));
        assert!(tokens.check(Some(&header), None, 4_599).is_ok());
    }

    #[test]
    fn rejects_a_token_for_another_organization() {
        let (tokens, header) = issued(Some("https://org.crm.dynamics.com"));
        let at = |origin: &str| tokens.check(Some(&header), Some(origin), 1_000);
        assert_eq!(at("https://other.crm.dynamics.com"), Err(Rejection::WrongAudience));
        assert!(at("https://org.api.crm.dynamics.com").is_ok());
        assert!(at("https://ORG.crm.dynamics.com").is_ok());
    }
}
