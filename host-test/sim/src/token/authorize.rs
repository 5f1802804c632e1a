//! `GET /{tenant}/oauth2/v2.0/authorize`, and the grant that redeems its code
//! ([protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow)).
//!
//! It has no sign-in page: the user of the settings answers at once.

mod proof;
mod redirect;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;

use super::client::registration;
use super::consent::{Consented, seconds, user_tokens};
use super::form::Form;
use super::refusal::Refusal;
use super::reply::page;
use super::request::{Asked, SignIn};
use super::scope::{is_offline, resource};
use super::{ClientRegistration, Tokens, text};
use crate::settings::Settings;
use crate::sign_in_settings::Answer;
use proof::Challenge;

/// An issued authorization code.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    text: String,
    client_id: String,
    redirect_uri: String,
    challenge: Option<Challenge>,
    scope: String,
    audience: Option<String>,
    issued_at: i64,
    redeemed: bool,
}

/// Sends the browser back to the application, with a code or a refusal. If the redirect URI cannot
/// be trusted (an unknown application, or an unregistered URI), the user gets a page instead
/// (documented).
pub(crate) fn answer(tokens: &mut Tokens, settings: &Settings, ask: &SignIn) -> Response<Bytes> {
    let (form, client, redirect_uri) = match way_back(tokens, settings, ask) {
        Ok(known) => known,
        Err(refusal) => {
            let text = refusal.description(ask.now, ask.ids.0, ask.ids.1);
            return page(StatusCode::BAD_REQUEST, &text);
        }
    };
    let told = match code(tokens, settings, ask, &form, &client, &redirect_uri) {
        Ok(code) => vec![("code", code)],
        Err(refusal) => vec![
            ("error", refusal.error().to_owned()),
            ("error_description", refusal.description(ask.now, ask.ids.0, ask.ids.1)),
        ],
    };
    redirect::to(&redirect_uri, &told, form.get("state"))
}

fn way_back(
    tokens: &Tokens,
    settings: &Settings,
    ask: &SignIn,
) -> Result<(Form, ClientRegistration, String), Refusal> {
    let form = Form::parse(ask.query.as_bytes())?;
    let client = registration(tokens, settings, ask.tenant, form.required("client_id")?)?;
    let uri = form.required("redirect_uri")?;
    if !client.redirect_uris.iter().any(|known| redirect::is_registered(known, uri)) {
        return Err(Refusal::unknown_redirect_uri(uri, &client.client_id));
    }
    let uri = uri.to_owned();
    Ok((form, client, uri))
}

fn code(
    tokens: &mut Tokens,
    settings: &Settings,
    ask: &SignIn,
    form: &Form,
    client: &ClientRegistration,
    redirect_uri: &str,
) -> Result<String, Refusal> {
    let response_type = form.required("response_type")?;
    if response_type != "code" {
        return Err(Refusal::unsupported_response_type(response_type));
    }
    let mode = form.get("response_mode").unwrap_or("query");
    if mode != "query" {
        return Err(Refusal::response_mode_not_modelled(mode));
    }
    let scope = form.required("scope")?;
    let audience = resource(scope, settings)?;
    let challenge = Challenge::of(form)?;
    if settings.sign_in.answer == Answer::Decline {
        return Err(Refusal::declined_consent());
    }
    let text = text::code(tokens.next());
    tokens.codes.push(Code {
        text: text.clone(),
        client_id: client.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        challenge,
        scope: scope.to_owned(),
        audience,
        issued_at: ask.now,
        redeemed: false,
    });
    Ok(text)
}

/// The tokens for a code: only once, within its lifetime, for the same redirect URI and with its
/// verifier.
pub(super) fn redeem(
    tokens: &mut Tokens,
    settings: &Settings,
    asked: &Asked,
) -> Result<Value, Refusal> {
    let text = asked.form.required("code")?;
    let redirect_uri = asked.form.required("redirect_uri")?;
    let code = tokens.codes.iter_mut().find(|code| code.text == text);
    let code = code.ok_or_else(Refusal::unknown_code)?;
    if !code.client_id.eq_ignore_ascii_case(&asked.client.client_id) {
        return Err(Refusal::unknown_code());
    }
    if code.redeemed {
        return Err(Refusal::redeemed_code());
    }
    if asked.now >= code.issued_at + seconds(settings.sign_in.code_life) {
        return Err(Refusal::expired_code());
    }
    if code.redirect_uri != redirect_uri {
        return Err(Refusal::other_redirect_uri(redirect_uri, &code.redirect_uri));
    }
    if let Some(challenge) = &code.challenge {
        challenge.check(asked.form.get("code_verifier"))?;
    }
    code.redeemed = true;
    let code = code.clone();
    let consented = Consented {
        client_id: &code.client_id,
        audience: code.audience,
        scope: &code.scope,
        offline: is_offline(&code.scope),
    };
    Ok(user_tokens(tokens, settings, consented, asked.now))
}

#[cfg(test)]
mod tests;
