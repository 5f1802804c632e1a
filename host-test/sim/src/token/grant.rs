//! The modelled grants of the token endpoint.

use serde_json::{Value, json};

use super::consent::{Consented, expires_in, seconds, user_tokens, whole};
use super::refusal::Refusal;
use super::request::{Asked, is_common};
use super::scope::resource;
use super::{Subject, Tokens, authorize, device};
use crate::settings::Settings;

/// A handler that redeems a grant.
pub(crate) type Redeem = fn(&mut Tokens, &Settings, &Asked) -> Result<Value, Refusal>;

/// The grant of this name.
pub(crate) fn named(name: &str) -> Option<Redeem> {
    Some(match name {
        "authorization_code" => authorize::redeem,
        "client_credentials" => client_credentials,
        "refresh_token" => refresh,
        "urn:ietf:params:oauth:grant-type:device_code" => device::redeem,
        _ => return None,
    })
}

/// A new access token and a new refresh token in exchange for a refresh token
/// ([refresh](https://learn.microsoft.com/entra/identity-platform/refresh-tokens)).
pub(crate) fn refresh(
    tokens: &mut Tokens,
    settings: &Settings,
    asked: &Asked,
) -> Result<Value, Refusal> {
    let text = asked.form.required("refresh_token")?;
    let known = tokens
        .refresh
        .iter()
        .find(|token| token.text == text)
        .cloned()
        .ok_or_else(Refusal::malformed_refresh_token)?;
    if !known.client_id.eq_ignore_ascii_case(&asked.client.client_id) {
        return Err(Refusal::foreign_refresh_token());
    }
    if known.revoked {
        return Err(Refusal::revoked_refresh_token());
    }
    let life = seconds(settings.refresh_token_life);
    if asked.now >= known.issued_at + life {
        return Err(Refusal::expired_refresh_token(known.issued_at));
    }
    // Without a scope, the scope of the first sign-in applies.
    let scope = asked.form.get("scope");
    let audience = match scope {
        Some(scope) => resource(scope, settings)?,
        None => known.audience.clone(),
    };
    if settings.refresh_tokens_are_single_use {
        tokens.revoke_refresh(text);
    }
    let client_id = &asked.client.client_id;
    let scope = scope.unwrap_or_default();
    let consented = Consented { client_id, audience, scope, offline: true };
    Ok(user_tokens(tokens, settings, consented, asked.now))
}

/// An access token for the application itself; no refresh token.
pub(crate) fn client_credentials(
    tokens: &mut Tokens,
    settings: &Settings,
    asked: &Asked,
) -> Result<Value, Refusal> {
    let id = &asked.client.client_id;
    if is_common(asked.tenant) {
        return Err(Refusal::common_tenant_for_application(id));
    }
    if !asked.client.tenant_id.eq_ignore_ascii_case(asked.tenant) {
        return Err(Refusal::unknown_client(id, asked.tenant));
    }
    if asked.client.client_secret.is_empty() {
        return Err(Refusal::missing_secret());
    }
    let scope = asked.form.required("scope")?;
    let Some(named) = scope.trim().strip_suffix("/.default") else {
        return Err(Refusal::scope_without_default(scope));
    };
    if named.contains(' ') {
        return Err(Refusal::invalid_scope(scope));
    }
    let audience = resource(scope, settings)?;
    let life = seconds(settings.access_token_life);
    let subject = Subject::Application(id.clone());
    let access = tokens.issue_access(subject, audience, &settings.tenant_id, asked.now, life);
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": expires_in(settings, life - 1),
        "ext_expires_in": whole(settings, life - 1),
        "access_token": access,
    }))
}
