//! The application that sends a request, and its authentication.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use super::form::Form;
use super::refusal::Refusal;
use super::request::{SignIn, is_common};
use super::{ClientRegistration, Tokens};
use crate::settings::Settings;

/// The application of a request, authenticated.
pub(super) fn client(
    tokens: &Tokens,
    settings: &Settings,
    ask: &SignIn,
    form: &Form,
) -> Result<ClientRegistration, Refusal> {
    let (id, secret) = credentials(ask.headers, form)?;
    let client = registration(tokens, settings, ask.tenant, &id)?;
    check_secret(&client, secret.as_deref())?;
    Ok(client)
}

/// The application of this id in this tenant.
pub(super) fn registration(
    tokens: &Tokens,
    settings: &Settings,
    tenant: &str,
    id: &str,
) -> Result<ClientRegistration, Refusal> {
    if !tenant_exists(tokens, settings, tenant) {
        return Err(Refusal::unknown_tenant(tenant));
    }
    tokens.client(id).cloned().ok_or_else(|| Refusal::unknown_client(id, tenant))
}

fn tenant_exists(tokens: &Tokens, settings: &Settings, tenant: &str) -> bool {
    is_common(tenant)
        || tenant.eq_ignore_ascii_case(&settings.tenant_id)
        || tokens.clients().iter().any(|client| client.tenant_id.eq_ignore_ascii_case(tenant))
}

fn check_secret(client: &ClientRegistration, secret: Option<&str>) -> Result<(), Refusal> {
    match secret {
        None if client.client_secret.is_empty() => Ok(()),
        None => Err(Refusal::missing_secret()),
        Some(secret) if secret == client.client_secret && client.secret_expired => {
            Err(Refusal::expired_secret(&client.client_id))
        }
        Some(secret) if secret == client.client_secret => Ok(()),
        Some(_) => Err(Refusal::wrong_secret(&client.client_id)),
    }
}

/// Id and secret from the form, or from a Basic header, where both are form-encoded (RFC 6749,
/// 2.3.1).
fn credentials(headers: &HeaderMap, form: &Form) -> Result<(String, Option<String>), Refusal> {
    if let Some((id, secret)) = basic(headers) {
        return Ok((id, Some(secret)));
    }
    let id = form.required("client_id")?;
    Ok((id.to_owned(), form.get("client_secret").map(str::to_owned)))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((plain(id), plain(secret)))
}
