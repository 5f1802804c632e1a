//! Signing in on another machine: a code that a person enters there
//! ([protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code)).

use std::cell::Cell;
use std::time::Duration;

use oauth2::{HttpResponse, StandardDeviceAuthorizationResponse};

use super::Login;
use super::client::{Application, now};
use super::refusal;

/// Shows a person where to enter which code, and asks, as often as the service wants it, what became of it. `sleep` waits
/// between two questions.
///
/// # Errors
///
/// One sentence: the person declined, or entered nothing until the code expired; the service refused or did not answer.
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
    // How long the service asks to be left alone, up to the next poll.
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

/// The wait that an answer asks for, at most a minute: the code runs out.
fn retry_after(answer: &HttpResponse) -> Option<Duration> {
    let seconds = answer.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse::<u64>().ok()?.min(60)))
}

#[cfg(test)]
mod tests;
