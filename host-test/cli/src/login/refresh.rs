//! Gets a fresh access token before a command needs it: one request, however many processes need
//! one.
//!
//! A sign-in service may redeem a refresh token only once. So the process with the store's lock
//! redeems it; the others wait and find the fresh token in the file.

use std::time::Duration;

use host_test::{Network, Organization};
use oauth2::RefreshToken;

use super::Login;
use super::client::{Application, now, renewed};
use super::store::Store;

/// A token that expires sooner is replaced: a call may take some minutes.
pub(super) const MARGIN: Duration = Duration::from_secs(300);

/// The login with an access token that is valid for a while. If none is available, the login stays
/// unchanged, and the call then reports the reason.
pub(crate) async fn fresh(store: &Store, login: Login, network: &Network) -> Login {
    let least = now().saturating_add(MARGIN).as_secs();
    if login.lasts_until(least) {
        return login;
    }
    let Ok(_lock) = store.lock() else { return login };
    let kept = match store.load() {
        Ok(Some(kept)) if kept.is_same(&login) => kept,
        // Logged out, or signed in elsewhere, in the meantime.
        _ => return login,
    };
    if kept.lasts_until(least) {
        return kept;
    }
    match redeem(&kept, network).await {
        Some(redeemed) => {
            // The old refresh token is used up, so the new tokens are used even if they cannot be
            // stored.
            let _ = store.save(&redeemed);
            redeemed
        }
        None => kept,
    }
}

async fn redeem(login: &Login, network: &Network) -> Option<Login> {
    let organization = Organization::parse(&login.instance_url, Some(&login.authority)).ok()?;
    let (tenant, client) = (&login.tenant_id, &login.client_id);
    let application =
        Application::new(organization, tenant, client, Some(&login.scope), network).ok()?;
    let token = RefreshToken::new(login.refresh_token.clone());
    let mut request = application.client.exchange_refresh_token(&token);
    for scope in application.scopes() {
        request = request.add_scope(scope);
    }
    let tokens = request.request_async(&|request| application.send(request)).await.ok()?;
    Some(renewed(login, &tokens))
}
