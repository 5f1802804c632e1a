//! The grants that are modelled: what the token endpoint gives for what.

use serde_json::{Value, json};

use super::endpoint::is_common;
use super::form::Form;
use super::refusal::Refusal;
use super::{ClientRegistration, Subject, Tokens, authorize, device};
use crate::settings::Settings;

/// What was asked for, by a client that has proved itself.
pub(crate) struct Asked<'a> {
    pub(crate) client: &'a ClientRegistration,
    pub(crate) tenant: &'a str,
    pub(crate) form: &'a Form,
    pub(crate) now: i64,
}

/// How a grant is redeemed.
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

/// What a user has consented to.
pub(crate) struct Consented<'a> {
    pub(crate) client_id: &'a str,
    /// The organization; without one, any.
    pub(crate) audience: Option<String>,
    /// The scopes that were asked for.
    pub(crate) scope: &'a str,
    /// Whether a refresh token comes along.
    pub(crate) offline: bool,
}

/// The tokens of a user. An `id_token` is not modelled: `openid` is taken, and nothing comes of it.
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
        "expires_in": life - 1,
        "ext_expires_in": life - 1,
        "access_token": access,
    });
    if offline {
        answer["refresh_token"] = json!(tokens.issue_refresh(client_id, audience, now));
    }
    answer
}

/// A new access token and a new refresh token for an old one
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
    // Without a scope, what the first sign-in asked for.
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
        "expires_in": life - 1,
        "ext_expires_in": life - 1,
        "access_token": access,
    }))
}

/// Whether these scopes ask for a refresh token.
pub(super) fn is_offline(scope: &str) -> bool {
    scope.split_whitespace().any(|part| part == "offline_access")
}

/// A length of time in seconds.
pub(super) fn seconds(life: std::time::Duration) -> i64 {
    i64::try_from(life.as_secs()).unwrap_or(i64::MAX / 4)
}

/// The organization that the scopes name; `None` when they name none, as `openid offline_access` does.
pub(super) fn resource(scope: &str, settings: &Settings) -> Result<Option<String>, Refusal> {
    let mut found: Option<String> = None;
    for part in scope.split_whitespace() {
        if matches!(part, "openid" | "profile" | "email" | "offline_access") {
            continue;
        }
        let (resource, permission) =
            part.rsplit_once('/').ok_or_else(|| Refusal::invalid_scope(part))?;
        if permission != ".default" && permission != "user_impersonation" {
            return Err(Refusal::invalid_scope(part));
        }
        if !is_organization(resource, settings) {
            return Err(Refusal::unknown_resource(resource, &settings.tenant_id));
        }
        match &found {
            Some(known) if known != resource => return Err(Refusal::invalid_scope(scope)),
            _ => found = Some(resource.to_owned()),
        }
    }
    Ok(found)
}

/// Whether a resource is an organization: ours if its origin is set, else any under a host of Dataverse or on this
/// machine. `https://dynamics.microsoft.com`, which some connectors ask for, is none.
fn is_organization(resource: &str, settings: &Settings) -> bool {
    let resource = resource.trim_end_matches('/');
    if let Some(origin) = &settings.origin {
        return super::same_organization(resource, origin);
    }
    let Ok(uri) = resource.parse::<http::Uri>() else { return false };
    let Some(host) = uri.host() else { return false };
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let (_, domain) = host.split_once('.').unwrap_or_default();
    local
        || (uri.scheme_str() == Some("https")
            && (domain.starts_with("crm") || domain.starts_with("api.crm")))
}
