//! `POST /{tenant}/oauth2/v2.0/devicecode`, and the grant that polls for its code
//! ([protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code)).

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::client::client;
use super::consent::{Consented, expires_in, seconds, user_tokens, whole};
use super::form::Form;
use super::refusal::Refusal;
use super::request::{Asked, SignIn};
use super::scope::{is_offline, resource};
use super::{Tokens, text};
use crate::settings::Settings;
use crate::sign_in_settings::Answer;

/// The page for entering a code: Entra's path after the tenant (third parties).
pub(crate) const PAGE: &str = "oauth2/deviceauth";

/// An issued device code.
#[derive(Debug, Clone)]
pub(crate) struct DeviceCode {
    text: String,
    client_id: String,
    scope: String,
    audience: Option<String>,
    issued_at: i64,
    /// The number of polls, and the time of the last one.
    polls: u32,
    asked_at: Option<i64>,
    redeemed: bool,
}

/// The page for entering the code.
pub(crate) fn page() -> Response<Bytes> {
    let text = "This is a simulated sign-in service. You do not need to enter a code: it consents by itself.";
    super::reply::page(StatusCode::OK, text)
}

/// Issues a device code and the user code.
pub(crate) fn begin(
    tokens: &mut Tokens,
    settings: &Settings,
    ask: &SignIn,
) -> Result<Value, Refusal> {
    let form = Form::parse(ask.body)?;
    let client = client(tokens, settings, ask, &form)?;
    let scope = form.required("scope")?;
    let audience = resource(scope, settings)?;
    let number = tokens.next();
    let text = text::device_code(number);
    tokens.devices.push(DeviceCode {
        text: text.clone(),
        client_id: client.client_id,
        scope: scope.to_owned(),
        audience,
        issued_at: ask.now,
        polls: 0,
        asked_at: None,
        redeemed: false,
    });
    let user_code = text::user_code(number);
    let page = format!("{}/{}/{PAGE}", ask.origin, ask.tenant);
    let message = format!(
        "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
    );
    let interval = settings.sign_in.interval_json.clone();
    let usual = seconds(settings.sign_in.device_code_interval);
    let interval = interval.unwrap_or_else(|| whole(settings, usual));
    Ok(json!({
        "user_code": user_code,
        "device_code": text,
        "verification_uri": page,
        "expires_in": expires_in(settings, seconds(settings.sign_in.device_code_life)),
        "interval": interval,
        "message": message,
    }))
}

/// The tokens for a device code, once the user has entered the user code.
pub(super) fn redeem(
    tokens: &mut Tokens,
    settings: &Settings,
    asked: &Asked,
) -> Result<Value, Refusal> {
    let text = asked.form.required("device_code")?;
    let code = tokens.devices.iter_mut().find(|code| code.text == text && !code.redeemed);
    let code = code.ok_or_else(Refusal::unknown_device_code)?;
    if !code.client_id.eq_ignore_ascii_case(&asked.client.client_id) {
        return Err(Refusal::unknown_device_code());
    }
    let settings_here = &settings.sign_in;
    if asked.now >= code.issued_at + seconds(settings_here.device_code_life) {
        return Err(Refusal::expired_device_code());
    }
    let last = code.asked_at.replace(asked.now);
    let soon = last.is_some_and(|at| asked.now < at + seconds(settings_here.device_code_interval));
    if settings_here.slow_down && soon {
        return Err(Refusal::slow_down());
    }
    code.polls = code.polls.saturating_add(1);
    if code.polls <= settings_here.polls_until_answered {
        return Err(Refusal::authorization_pending());
    }
    code.redeemed = true;
    if settings_here.answer == Answer::Decline {
        return Err(Refusal::authorization_declined());
    }
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
