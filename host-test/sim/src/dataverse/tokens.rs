//! Tokens and applications, without the token endpoint.

use super::{Dataverse, PUBLIC_CLIENT};
use crate::token::{ClientRegistration, Subject};

impl Dataverse {
    /// An access token of a signed-in user, valid for this organization under any host name.
    pub fn issue_token(&mut self) -> String {
        let settings = &self.world.settings;
        let life = i64::try_from(settings.access_token_life.as_secs()).unwrap_or(i64::MAX / 4);
        let (tenant, now) = (settings.tenant_id.clone(), self.world.now());
        self.tokens.issue_access(Subject::User, None, &tenant, now, life)
    }

    /// A refresh token for [`Dataverse::client`].
    pub fn issue_refresh_token(&mut self) -> String {
        let id = self.client().client_id;
        self.issue_refresh_token_for(&id)
    }

    /// A refresh token for this application.
    pub fn issue_refresh_token_for(&mut self, client_id: &str) -> String {
        let now = self.world.now();
        self.tokens.issue_refresh(client_id, None, now)
    }

    /// Revokes a refresh token. Returns `false` if it was never issued.
    pub fn revoke_refresh_token(&mut self, token: &str) -> bool {
        self.tokens.revoke_refresh(token)
    }

    /// Expires all access tokens issued so far.
    pub fn expire_tokens(&mut self) {
        let now = self.world.now();
        self.tokens.expire_access(now);
    }

    /// Registers an application, or replaces the one with the same id.
    pub fn register_client(&mut self, client: ClientRegistration) {
        self.tokens.register(client);
    }

    /// The first registered application, a confidential client.
    pub fn client(&self) -> ClientRegistration {
        let first = self.tokens.clients().first().cloned();
        first.unwrap_or_else(|| ClientRegistration::new("", "", &self.world.settings.tenant_id))
    }

    /// The id of the public client, for interactive sign-in.
    pub fn public_client(&self) -> &'static str {
        PUBLIC_CLIENT
    }
}
