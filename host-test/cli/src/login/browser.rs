//! Signing in with a browser: authorization code with PKCE, on a loopback redirect
//! ([protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow),
//! [RFC 8252](https://www.rfc-editor.org/rfc/rfc8252)).

use std::borrow::Cow;
use std::time::Duration;

use oauth2::{AuthorizationCode, CsrfToken, PkceCodeChallenge, RedirectUrl};

use super::Login;
use super::client::{Application, now};
use super::loopback::Loopback;
use super::refusal;

/// Shows the URL to open, waits for the browser's redirect, and redeems its code.
///
/// # Errors
///
/// Fails with one sentence: the port is in use, the user declined or did not return in time, the
/// state differs, the service refused or did not answer.
pub(crate) async fn sign_in(
    application: &Application,
    port: u16,
    patience: Duration,
    show: impl FnOnce(&str),
) -> Result<Login, String> {
    let loopback = Loopback::bind(port).await?;
    let redirect = RedirectUrl::new(loopback.redirect_uri())
        .map_err(|error| format!("the redirect is not a URL: {error}"))?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = application
        .client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(application.scopes())
        .add_extra_param("response_mode", "query")
        // Otherwise the browser's current account would be used without asking.
        .add_extra_param("prompt", "select_account")
        .set_pkce_challenge(challenge)
        .set_redirect_uri(Cow::Borrowed(&redirect))
        .url();
    show(url.as_str());
    let code = tokio::time::timeout(patience, loopback.wait(state.secret())).await;
    let code = code.map_err(|_| {
        format!("nobody signed in within {} seconds: run `login` again", patience.as_secs())
    })??;
    let tokens = application
        .client
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(verifier)
        .set_redirect_uri(Cow::Borrowed(&redirect))
        .request_async(&|request| application.send(request))
        .await
        .map_err(|error| refusal::sentence(&error))?;
    application.login(&tokens, now())
}
