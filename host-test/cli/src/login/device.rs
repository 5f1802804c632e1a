//! Signing in on another machine, with a code to enter there
//! ([protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code)).

use std::cell::Cell;
use std::time::Duration;

use oauth2::{HttpResponse, StandardDeviceAuthorizationResponse};

use super::Login;
use super::client::{Application, now};
use super::refusal;

/// Shows the page and the code to enter, and polls as often as the service allows. `sleep` waits
/// between polls.
///
/// # Errors
///
/// Fails with one sentence: the user declined or did not enter the code in time; the service
/// refused or did not answer.
pub(crate) async fn sign_in<F>(
    application: &Application,
    sleep: impl Fn(Duration) -> F,
    show: impl FnOnce(&str, &str),
) -> Result<Login, String>
where
    F: Future<Output = ()>,
{
    let begun: StandardDeviceAuthorizationResponse = application
        .client
        .exchange_device_code()
        .add_scopes(application.scopes())
        .request_async(&|request| application.send(request))
        .await
        .map_err(|error| refusal::sentence(&error))?;
    show(begun.verification_uri(), begun.user_code().secret());
    // The wait before the next poll, as the service requests.
    let asked = Cell::new(Duration::ZERO);
    let poll = async |request| {
        let answer = application.poll(request).await;
        asked.set(answer.as_ref().ok().and_then(retry_after).unwrap_or_default());
        answer
    };
    let sleep = |time: Duration| sleep(time.max(asked.take()));
    let tokens = application
        .client
        .exchange_device_access_token(&begun)
        .request_async(&poll, sleep, None)
        .await
        .map_err(|error| refusal::sentence(&error))?;
    application.login(&tokens, now())
}

/// The wait that a response requests, at most a minute, because the code expires.
fn retry_after(answer: &HttpResponse) -> Option<Duration> {
    let seconds = answer.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse::<u64>().ok()?.min(60)))
}

#[cfg(test)]
mod tests;
