//! The two grants that are modelled.

use serde_json::{Value, json};

use super::endpoint::is_common;
use super::refusal::Refusal;
use super::{ClientRegistration, Subject, Tokens};
use crate::settings::Settings;

/// What was asked for, by a client that has proved itself.
pub(crate) struct Asked<'a> {
    pub(crate) client: &'a ClientRegistration,
    pub(crate) tenant: &'a str,
    pub(crate) scope: Option<&'a str>,
    pub(crate) refresh_token: Option<&'a str>,
    pub(crate) now: i64,
}

/// A new access token and a new refresh token for an old one
/// ([refresh](https://learn.microsoft.com/entra/identity-platform/refresh-tokens)).
pub(crate) fn refresh(
    tokens: &mut Tokens,
    settings: &Settings,
    asked: &Asked,
) -> Result<Value, Refusal> {
    let text = asked.refresh_token.ok_or_else(|| Refusal::missing_parameter("refresh_token"))?;
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
    let audience = match asked.scope {
        Some(scope) => resource(scope, settings)?,
        None => known.audience.clone(),
    };
    if settings.refresh_tokens_are_single_use {
        tokens.revoke_refresh(text);
    }
    let scope = audience.as_ref().map_or_else(
        || asked.scope.unwrap_or_default().to_owned(),
        |resource| format!("{resource}/user_impersonation {resource}/.default"),
    );
    let life = seconds(settings.access_token_life);
    let access =
        tokens.issue_access(Subject::User, audience.clone(), &settings.tenant_id, asked.now, life);
    let refresh = tokens.issue_refresh(&asked.client.client_id, audience, asked.now);
    Ok(json!({
        "token_type": "Bearer",
        "scope": scope,
        "expires_in": life - 1,
        "ext_expires_in": life - 1,
        "access_token": access,
        "refresh_token": refresh,
    }))
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
    let scope = asked.scope.ok_or_else(|| Refusal::missing_parameter("scope"))?;
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

fn seconds(life: std::time::Duration) -> i64 {
    i64::try_from(life.as_secs()).unwrap_or(i64::MAX / 4)
}

/// The organization that the scopes name; `None` when they name none, as `openid offline_access` does.
fn resource(scope: &str, settings: &Settings) -> Result<Option<String>, Refusal> {
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
