//! Signing in as a person, and what of it is kept for the commands that follow.

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

/// What a sign-in left: who may be spoken for, where, and by what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The organization: `https://org12345.crm.dynamics.com`.
    pub(crate) instance_url: String,
    /// The tenant that was signed in to, or `organizations`.
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
    /// When that ends, in Unix seconds.
    pub(crate) access_token_expires_at: Option<String>,
}

impl Login {
    /// What the component is given of it.
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

    /// Whether the access token is good at this time, in Unix seconds; one whose end is not known is, until it is refused.
    pub(crate) fn lasts_until(&self, time: u64) -> bool {
        let ends =
            self.access_token_expires_at.as_deref().and_then(|ends| ends.parse::<u64>().ok());
        self.access_token.is_some() && ends.is_none_or(|ends| ends >= time)
    }

    /// Whether both are of one person's consent to one application at one organization.
    pub(crate) fn is_same(&self, other: &Login) -> bool {
        let key = |login: &Login| {
            (login.instance_url.clone(), login.tenant_id.clone(), login.client_id.clone())
        };
        key(self) == key(other)
    }
}
