//! Signing in as a person, and the login that is kept for later commands.

pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod device;
mod loopback;
mod refusal;
mod tolerant;
pub(crate) mod refresh;
pub(crate) mod store;
pub(crate) mod turn;

use host_test::Secrets;
use serde::{Deserialize, Serialize};

/// The result of a sign-in: the organization, the application and the tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The organization: `https://org12345.crm.dynamics.com`.
    pub(crate) instance_url: String,
    /// The tenant, or `organizations`.
    pub(crate) tenant_id: String,
    /// The application, a public client.
    pub(crate) client_id: String,
    /// The sign-in service: `https://login.microsoftonline.com`.
    pub(crate) authority: String,
    /// The scopes that were consented to.
    pub(crate) scope: String,
    /// The refresh token, rotated by every use.
    pub(crate) refresh_token: String,
    /// The last access token, so that not every command needs a new one.
    pub(crate) access_token: Option<String>,
    /// Its expiry, in Unix seconds.
    pub(crate) access_token_expires_at: Option<String>,
}

impl Login {
    /// The component's secrets.
    pub(crate) fn secrets(&self) -> Secrets {
        let secrets = Secrets::new()
            .with("instance_url", &self.instance_url)
            .with("tenant_id", &self.tenant_id)
            .with("client_id", &self.client_id)
            .with("authority", &self.authority)
            .with("scope", &self.scope)
            .with("refresh_token", &self.refresh_token);
        for (name, value) in [
            ("access_token", &self.access_token),
            ("access_token_expires_at", &self.access_token_expires_at),
        ] {
            if let Some(value) = value {
                secrets.put(name, value);
            }
        }
        secrets
    }

    /// Whether the access token is valid at this time, in Unix seconds; one without a known expiry
    /// is, until it is rejected.
    pub(crate) fn lasts_until(&self, time: u64) -> bool {
        let ends =
            self.access_token_expires_at.as_deref().and_then(|ends| ends.parse::<u64>().ok());
        self.access_token.is_some() && ends.is_none_or(|ends| ends >= time)
    }

    /// Whether both belong to one person's consent to one application at one organization.
    pub(crate) fn is_same(&self, other: &Login) -> bool {
        let key = |login: &Login| {
            (login.instance_url.clone(), login.tenant_id.clone(), login.client_id.clone())
        };
        key(self) == key(other)
    }
}
