//! Interprets the scopes of a request.

use super::refusal::Refusal;
use crate::settings::Settings;

/// The organization in the scopes, if any: `openid offline_access` names none.
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

/// Whether a resource is an organization: this one if its origin is set, else any on a host of
/// Dataverse or on this machine. `https://dynamics.microsoft.com`, which some connectors request,
/// is not one.
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

/// Whether these scopes ask for a refresh token.
pub(super) fn is_offline(scope: &str) -> bool {
    scope.split_whitespace().any(|part| part == "offline_access")
}
