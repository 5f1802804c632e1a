//! The component's token requests, in turn with those of other processes with the same login.
//!
//! Each process discovers a revoked access token by itself, and a sign-in service may redeem a
//! refresh token only once. So the process with the store's lock first checks whether another one
//! has renewed the login.

use bytes::Bytes;
use form_urlencoded::Serializer;
use host_test::Turn;
use oauth2::HttpResponse;
use oauth2::basic::BasicTokenResponse;
use serde_json::json;

use super::Login;
use super::client::{now, renewed};
use super::refresh::MARGIN;
use super::store::Store;
use super::tolerant::tolerant;
use crate::terminal;

/// Decides on a request with this form in a process with this access token. Waits for other
/// processes.
pub(crate) fn turn(store: &Store, login: &Login, form: &[u8], token: Option<&str>) -> Turn {
    // Without locks the last one wins.
    let lock = store.lock();
    let kept = match store.load() {
        Ok(Some(kept)) if kept.is_same(login) => kept,
        // Logged out, or signed in elsewhere, in the meantime: nothing is kept.
        _ => return Turn::Send { form: Bytes::copy_from_slice(form), keep: Box::new(|_| ()) },
    };
    let time = now();
    if kept.access_token.as_deref() != token
        && kept.lasts_until(time.saturating_add(MARGIN).as_secs())
    {
        return Turn::Answered(answer(&kept, time.as_secs()).into());
    }
    let form = with_refresh_token(form, &kept.refresh_token).into();
    let store = store.clone();
    let keep = Box::new(move |answer: &[u8]| {
        if let Some(tokens) = tokens(answer)
            && let Err(error) = store.save(&renewed(&kept, &tokens))
        {
            terminal::note(format_args!("a fresh token is not kept: {error}"));
        }
        drop(lock);
    });
    Turn::Send { form, keep }
}

/// The sign-in service's response with this login's tokens.
fn answer(login: &Login, time: u64) -> String {
    let mut answer = json!({
        "token_type": "Bearer",
        "access_token": login.access_token,
        "refresh_token": login.refresh_token,
    });
    let ends = login.access_token_expires_at.as_deref().and_then(|ends| ends.parse::<u64>().ok());
    if let Some(ends) = ends {
        answer["expires_in"] = ends.saturating_sub(time).into();
    }
    answer.to_string()
}

/// The same form with the newest refresh token.
fn with_refresh_token(form: &[u8], token: &str) -> String {
    let mut fields = Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(form) {
        fields.append_pair(&name, if name == "refresh_token" { token } else { &value });
    }
    fields.finish()
}

fn tokens(answer: &[u8]) -> Option<BasicTokenResponse> {
    serde_json::from_slice(tolerant(HttpResponse::new(answer.to_vec())).body()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const FORM: &[u8] = b"grant_type=refresh_token&scope=a%20b&refresh_token=old&client_id=app";

    fn login(refresh_token: &str, access_token: &str, ends: u64) -> Login {
        Login {
            instance_url: "https://org.crm.dynamics.com".to_owned(),
            tenant_id: "organizations".to_owned(),
            client_id: "app".to_owned(),
            authority: "https://login.microsoftonline.com".to_owned(),
            scope: "https://org.crm.dynamics.com/user_impersonation offline_access".to_owned(),
            refresh_token: refresh_token.to_owned(),
            access_token: Some(access_token.to_owned()),
            access_token_expires_at: Some(ends.to_string()),
        }
    }

    /// The form sent by a process with the access token `refused` and this stored login.
    fn sent(store: &Store, token: &str) -> Option<(String, host_test::Keep)> {
        match turn(store, &login("old", "refused", 0), FORM, Some(token)) {
            Turn::Answered(_) => None,
            Turn::Send { form, keep } => Some((String::from_utf8(form.to_vec()).unwrap(), keep)),
        }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::new(home.path());
        (home, store)
    }

    const FAR: u64 = 1 << 40;

    #[test]
    fn the_response_is_kept_under_the_lock() {
        let (_home, store) = store();
        store.save(&login("old", "refused", FAR)).unwrap();
        let (form, keep) = sent(&store, "refused").unwrap();
        assert_eq!(form, "grant_type=refresh_token&scope=a+b&refresh_token=old&client_id=app");
        keep(br#"{"access_token":"new","refresh_token":"rotated","expires_in":"3599"}"#);
        let kept = store.load().unwrap().unwrap();
        assert_eq!((&*kept.refresh_token, kept.access_token.as_deref()), ("rotated", Some("new")));
        assert!(store.lock().is_ok());
    }

    #[test]
    fn another_processs_token_is_used_while_it_is_valid() {
        let (_home, store) = store();
        store.save(&login("rotated", "new", FAR)).unwrap();
        let Turn::Answered(answer) = turn(&store, &login("old", "x", 0), FORM, Some("refused"))
        else {
            panic!("asked for another")
        };
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(
            (&answer["access_token"], &answer["refresh_token"]),
            (&json!("new"), &json!("rotated"))
        );
        // Once it has expired, its refresh token is the valid one.
        store.save(&login("rotated", "new", 0)).unwrap();
        let (form, _) = sent(&store, "refused").unwrap();
        assert!(form.contains("&refresh_token=rotated&"), "{form}");
    }

    #[test]
    fn a_response_without_an_expiry_keeps_its_refresh_token() {
        let (_home, store) = store();
        store.save(&login("old", "refused", 0)).unwrap();
        let (_, keep) = sent(&store, "refused").unwrap();
        keep(br#"{"access_token":"new","refresh_token":"rotated"}"#);
        let kept = store.load().unwrap().unwrap();
        assert_eq!((&*kept.refresh_token, kept.access_token), ("rotated", None));
    }

    #[test]
    fn nothing_is_kept_of_a_missing_or_different_login() {
        let (_home, store) = store();
        let (form, keep) = sent(&store, "refused").unwrap();
        assert_eq!(form.as_bytes(), FORM);
        keep(br#"{"access_token":"late","expires_in":3599}"#);
        assert!(store.load().unwrap().is_none());
        let another = Login { client_id: "other".to_owned(), ..login("x", "y", FAR) };
        store.save(&another).unwrap();
        sent(&store, "refused").unwrap().1(br#"{"access_token":"late","expires_in":3599}"#);
        assert!(store.load().unwrap() == Some(another));
    }
}
