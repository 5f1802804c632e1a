//! `/{tenant}/oauth2/v2.0/token` and what stands beside it
//! ([protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow)).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use uuid::Uuid;

use super::form::Form;
use super::grant::{self, Asked};
use super::refusal::Refusal;
use super::{ClientRegistration, Tokens};
use super::{authorize, device};
use crate::settings::Settings;

/// A request to the sign-in service.
pub(crate) struct SignIn<'a> {
    pub(crate) method: &'a Method,
    /// The first segment of the path.
    pub(crate) tenant: &'a str,
    /// What follows it: `oauth2/v2.0/token`.
    pub(crate) path: &'a str,
    /// What follows the `?`, still percent-encoded; empty without one.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Scheme and authority under which we were reached.
    pub(crate) origin: &'a str,
    pub(crate) now: i64,
    /// Ids for the trace of a refusal.
    pub(crate) ids: (Uuid, Uuid),
}

/// Whether the rest of a path after the tenant is the sign-in service's.
pub(crate) fn is_sign_in(path: &str) -> bool {
    path.starts_with("oauth2/")
        || path == "v2.0/.well-known/openid-configuration"
        || path == ".well-known/openid-configuration"
}

/// Answers the sign-in service.
pub(crate) fn answer(tokens: &mut Tokens, settings: &Settings, ask: &SignIn) -> Response<Bytes> {
    match (ask.path, ask.method) {
        ("oauth2/v2.0/token", &Method::POST) => told(token(tokens, settings, ask), ask),
        ("oauth2/v2.0/authorize", &Method::GET) => authorize::answer(tokens, settings, ask),
        ("oauth2/v2.0/devicecode", &Method::POST) => {
            told(device::begin(tokens, settings, ask), ask)
        }
        (device::PAGE, &Method::GET) => device::page(),
        ("v2.0/.well-known/openid-configuration", &Method::GET) => {
            json_answer(StatusCode::OK, &configuration(ask))
        }
        (path, method) => {
            let what = format!("{method} {path} of the sign-in service");
            let text = format!("{what} is not modelled by this simulator");
            let body = json!({"error": "not_implemented", "error_description": text});
            json_answer(StatusCode::NOT_IMPLEMENTED, &body)
        }
    }
}

/// What a grant gives, or the refusal.
fn told(given: Result<Value, Refusal>, ask: &SignIn) -> Response<Bytes> {
    given.map_or_else(
        |refusal| refusal.answer(ask.now, ask.ids.0, ask.ids.1),
        |body| json_answer(StatusCode::OK, &body),
    )
}

fn configuration(ask: &SignIn) -> Value {
    let base = format!("{}/{}", ask.origin, ask.tenant);
    json!({
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "issuer": format!("{base}/v2.0"),
    })
}

fn token(tokens: &mut Tokens, settings: &Settings, ask: &SignIn) -> Result<Value, Refusal> {
    let form = Form::parse(ask.body)?;
    // Entra wants the grant first: that is what a body in JSON is told.
    let grant = form.required("grant_type")?;
    let redeem = grant::named(grant).ok_or_else(|| Refusal::unsupported_grant(grant))?;
    let client = client(tokens, settings, ask, &form)?;
    redeem(
        tokens,
        settings,
        &Asked { client: &client, tenant: ask.tenant, form: &form, now: ask.now },
    )
}

/// The application that asks, once it has proved itself.
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

/// `common` and `organizations` stand for the tenant of whoever signs in.
pub(crate) fn is_common(tenant: &str) -> bool {
    tenant.eq_ignore_ascii_case("common") || tenant.eq_ignore_ascii_case("organizations")
}

fn check_secret(client: &ClientRegistration, secret: Option<&str>) -> Result<(), Refusal> {
    match secret {
        None if client.client_secret.is_empty() => Ok(()),
        None => Err(Refusal::missing_secret()),
        Some(secret) if secret == client.client_secret => Ok(()),
        Some(_) => Err(Refusal::wrong_secret(&client.client_id)),
    }
}

/// Id and secret out of the form, or out of a Basic header, where both are form-encoded (RFC 6749, 2.3.1).
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

/// An answer in JSON that must not be kept.
pub(crate) fn json_answer(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, http::HeaderValue::from_static("no-store, no-cache"));
    headers.insert(header::PRAGMA, http::HeaderValue::from_static("no-cache"));
    headers.insert(
        header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}

#[cfg(test)]
mod tests;
