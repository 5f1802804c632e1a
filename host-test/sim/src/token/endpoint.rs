//! `/{tenant}/oauth2/v2.0/token` and related endpoints
//! ([protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow)).

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::client::client;
use super::form::Form;
use super::refusal::Refusal;
use super::reply::json_answer;
use super::request::{Asked, SignIn};
use super::{Tokens, authorize, device, grant};
use crate::settings::Settings;

/// Whether a path after the tenant belongs to the sign-in service.
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

/// The answer to a grant, or its refusal.
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
    // Entra checks the grant first, so a JSON body is refused for its missing grant.
    let grant = form.required("grant_type")?;
    let redeem = grant::named(grant).ok_or_else(|| Refusal::unsupported_grant(grant))?;
    let client = client(tokens, settings, ask, &form)?;
    redeem(
        tokens,
        settings,
        &Asked { client: &client, tenant: ask.tenant, form: &form, now: ask.now },
    )
}

#[cfg(test)]
mod tests;
