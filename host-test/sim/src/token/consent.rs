//! The tokens of a user who has consented.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Subject, Tokens};
use crate::settings::Settings;

/// A user's consent.
pub(crate) struct Consented<'a> {
    pub(crate) client_id: &'a str,
    /// The organization; `None` means any.
    pub(crate) audience: Option<String>,
    /// The requested scopes.
    pub(crate) scope: &'a str,
    /// Whether to issue a refresh token too.
    pub(crate) offline: bool,
}

/// The tokens of a user. An `id_token` is not modelled: `openid` is accepted without effect.
pub(crate) fn user_tokens(
    tokens: &mut Tokens,
    settings: &Settings,
    consented: Consented,
    now: i64,
) -> Value {
    let Consented { client_id, audience, scope, offline } = consented;
    let scope = audience.as_ref().map_or_else(
        || scope.to_owned(),
        |resource| format!("{resource}/user_impersonation {resource}/.default"),
    );
    let life = seconds(settings.access_token_life);
    let access =
        tokens.issue_access(Subject::User, audience.clone(), &settings.tenant_id, now, life);
    let mut answer = json!({
        "token_type": "Bearer",
        "scope": scope,
        "expires_in": expires_in(settings, life - 1),
        "ext_expires_in": whole(settings, life - 1),
        "access_token": access,
    });
    if offline {
        answer["refresh_token"] = json!(tokens.issue_refresh(client_id, audience, now));
    }
    answer
}

/// `expires_in`: a number, unless a setting says otherwise.
pub(super) fn expires_in(settings: &Settings, seconds: i64) -> Value {
    let told = settings.sign_in.expires_in_json.clone();
    told.unwrap_or_else(|| whole(settings, seconds))
}

/// A number of an answer, or text by the setting [`crate::SignInSettings::numbers_are_text`].
pub(super) fn whole(settings: &Settings, number: i64) -> Value {
    if settings.sign_in.numbers_are_text { json!(number.to_string()) } else { json!(number) }
}

/// A length of time in seconds.
pub(super) fn seconds(life: Duration) -> i64 {
    i64::try_from(life.as_secs()).unwrap_or(i64::MAX / 4)
}
